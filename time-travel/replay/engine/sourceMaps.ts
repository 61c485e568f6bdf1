import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  AnyMap,
  allGeneratedPositionsFor,
  decodedMappings,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  sourceContentFor,
  type TraceMap,
} from '@jridgewell/trace-mapping';
import type { ScriptSummary } from '../agent/jobs.ts';
import { readMapText } from './mapText.ts';

/** A place in a source file; lines and columns from 0. */
export interface SourcePlace {
  path: string;
  line: number;
  column: number;
}

export interface LoadedMap {
  script: string;
  map: TraceMap;
  /** Paths of the map's sources, in its order; a source that is no file here keeps its URL. */
  paths: string[];
}

/** Lines below the one asked for on which a statement is looked for, as for a blank line or a comment. */
const LINES_BELOW = 40;

/**
 * What scripts were made from: bundles and transpiled files name a source map, which lies beside them or within. A map
 * that cannot be read is told once, and the script is shown as it ran.
 */
export class SourceMaps {
  readonly #scripts: () => readonly ScriptSummary[];
  readonly #textOf: (path: string) => Promise<string | undefined>;
  readonly #maps = new Map<string, Promise<LoadedMap | undefined>>();
  /** Told of maps that cannot be used; by default nobody is. */
  onNote: (note: string) => void = () => {};

  constructor(scripts: () => readonly ScriptSummary[], textOf: (path: string) => Promise<string | undefined>) {
    this.#scripts = scripts;
    this.#textOf = textOf;
  }

  /** Where a place of a script comes from; undefined where no map knows it. */
  async originalOf({ path, line, column }: SourcePlace): Promise<SourcePlace | undefined> {
    const loaded = await this.mapOf(path);
    const found = loaded && originalPositionFor(loaded.map, { line: line + 1, column });
    if (!found || found.source === null) return undefined;
    const index = loaded.map.resolvedSources.indexOf(found.source);
    return { path: loaded.paths[index] ?? found.source, line: found.line - 1, column: found.column };
  }

  /** The place in a script that was made from this one, or from the next line that has a statement. */
  async generatedOf(path: string, line: number, column = 0): Promise<SourcePlace | undefined> {
    for (const { script, map, paths } of await this.#all()) {
      const source = map.resolvedSources[paths.indexOf(path)];
      if (!source) continue;
      for (let below = 0; below < LINES_BELOW; below++) {
        const needle = { source, line: line + 1 + below, column: below ? 0 : column, bias: LEAST_UPPER_BOUND } as const;
        const [first] = allGeneratedPositionsFor(map, needle)
          .filter((at) => at.line !== null)
          .sort((a, b) => a.line - b.line || a.column - b.column);
        if (first) return { path: script, line: first.line - 1, column: first.column };
      }
    }
    return undefined;
  }

  /** Paths of all files that scripts were made from. */
  async sources(): Promise<string[]> {
    return [...new Set((await this.#all()).flatMap(({ paths }) => paths))];
  }

  /** The scripts that were made from a file. */
  async scriptsFrom(path: string): Promise<string[]> {
    return (await this.#all()).filter(({ paths }) => paths.includes(path)).map(({ script }) => script);
  }

  /** The text of such a file as it was when the script was made, where its map holds it. */
  async contentOf(path: string): Promise<string | undefined> {
    for (const { map, paths } of await this.#all()) {
      const source = map.resolvedSources[paths.indexOf(path)];
      const content = source && sourceContentFor(map, source);
      if (content) return content;
    }
    return undefined;
  }

  async #all(): Promise<LoadedMap[]> {
    const mapped = this.#scripts().filter(({ sourceMap }) => sourceMap !== undefined);
    const loaded = await Promise.all(mapped.map(({ path }) => this.mapOf(path)));
    return loaded.filter((one) => one !== undefined);
  }

  /** The map of a script; undefined where it has none that can be used. */
  mapOf(path: string): Promise<LoadedMap | undefined> {
    let known = this.#maps.get(path);
    if (!known) {
      const url = this.#scripts().find((script) => script.path === path)?.sourceMap;
      known = url === undefined ? Promise.resolve(undefined) : this.#load(path, url);
      this.#maps.set(path, known);
    }
    return known;
  }

  async #load(script: string, url: string): Promise<LoadedMap | undefined> {
    try {
      const { text, name } = await readMapText(script, url, this.#textOf);
      checkMappings(JSON.parse(text));
      const map = new AnyMap(text, name) as TraceMap;
      // Mappings are decoded when they are first asked for: what is wrong with them shall show here.
      decodedMappings(map);
      return { script, map, paths: map.resolvedSources.map((source) => pathOfSource(source, script)) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // Packages often name maps that were not published.
      if (!script.includes('/node_modules/')) {
        this.onNote(`The source map of ${script} cannot be used (${why}); the file is shown as it ran.`);
      }
      return undefined;
    }
  }
}

/** The library takes what it cannot read for nothing. @throws Error */
function checkMappings(map: { mappings?: unknown; sections?: unknown } | null): void {
  if (Array.isArray(map?.sections)) return;
  if (typeof map?.mappings !== 'string') throw new Error('it has no mappings');
  if (/[^\w+/,;]/.test(map.mappings)) throw new Error('its mappings are damaged');
}

/** Bundlers give sources schemes of their own (`webpack://name/./src/a.ts`): the file is looked for above the script. */
function pathOfSource(source: string, script: string): string {
  if (source.startsWith('file:')) return fileURLToPath(source);
  const inBundle = /^[\w-]{2,}:\/\/[^/]*\/(.*)$/.exec(source)?.[1];
  if (inBundle === undefined) return source;
  for (let folder = dirname(script); ; folder = dirname(folder)) {
    const candidate = join(folder, inBundle);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return source;
  }
}
