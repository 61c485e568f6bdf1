import {
  type Instrumented,
  instrument,
  type SourceKind,
  type Stop,
  type Visitor,
  type WriteFinder,
} from '../instrument/instrument.ts';
import type { FunctionRange } from '../instrument/probePlaces.ts';
import { sourceMapUrl } from '../instrument/sourceMapUrl.ts';

/** A program's source file as it runs in replay. */
export interface ReplayedScript {
  /** Its number, in the order in which scripts were first compiled. */
  id: number;
  /** The absolute path, or the URL of what is no file. */
  path: string;
  instrumented: Instrumented;
  /** The URL of its source map; `data:` where the map is in the script itself. */
  sourceMap: string | undefined;
}

/** Decides for a script what a query wants to run at its stops. */
export type ScriptVisitor = (
  script: Pick<ReplayedScript, 'id' | 'path' | 'sourceMap'> & { source: string; functions: readonly FunctionRange[] },
  stops: Stop[],
) => Visitor | undefined;

/** Which functions of a script are to keep the state of their calls, and what runs at its stops for that. */
export type CallTracker = (
  script: { path: string; source: string },
  instrumented: Instrumented,
) => { calls: ReadonlyMap<number, string>; visit: Visitor; findWrites?: WriteFinder };

/** What the job of this process wants to run in scripts besides probes. */
export interface ScriptWishes {
  visitor: ScriptVisitor | undefined;
  findWrites: (path: string) => WriteFinder | undefined;
  track: CallTracker | undefined;
  /** Texts to run in place of what was recorded, by path. */
  edits: ReadonlyMap<string, string>;
}

/** Every script that was instrumented, found again by the name that V8 has for it. */
export class Scripts {
  readonly all: ReplayedScript[] = [];
  readonly #byPath = new Map<string, ReplayedScript>();
  readonly #paths = new Map<string, string>();
  readonly #fileUrlToPath: (url: string) => string;
  readonly #wishes: () => ScriptWishes;

  constructor(fileUrlToPath: (url: string) => string, wishes: () => ScriptWishes) {
    this.#fileUrlToPath = fileUrlToPath;
    this.#wishes = wishes;
  }

  /** Gives the text to run in place of the recorded one. */
  add(name: string, recorded: string, kinds: readonly SourceKind[]): string {
    const path = this.pathOf(name);
    const known = this.#byPath.get(path);
    const id = known?.id ?? this.all.length;
    const { visitor, findWrites, track, edits } = this.#wishes();
    const source = edits.get(path) ?? recorded;
    const sourceMap = sourceMapUrl(source);
    let result = instrument(source, kinds);
    if (result) {
      const tracked = track?.({ path, source }, result);
      const visit =
        tracked?.visit ?? visitor?.({ id, path, source, sourceMap, functions: result.functions }, result.stops);
      const writes = tracked?.findWrites ?? findWrites(path);
      if (visit || writes) result = instrument(source, kinds, visit, writes, tracked?.calls) ?? result;
    }
    if (!result) return source;
    const script: ReplayedScript = { id, path, instrumented: result, sourceMap };
    this.#byPath.set(path, script);
    this.all[id] = script;
    return result.code;
  }

  find(name: string | null | undefined): ReplayedScript | undefined {
    return name ? this.#byPath.get(this.pathOf(name)) : undefined;
  }

  /** CommonJS is known to V8 by its path, ES modules by their URL. */
  pathOf(name: string): string {
    if (!name.startsWith('file:')) return name;
    let path = this.#paths.get(name);
    if (path === undefined) {
      path = this.#filePath(name);
      this.#paths.set(name, path);
    }
    return path;
  }

  #filePath(url: string): string {
    try {
      return this.#fileUrlToPath(url);
    } catch {
      return url;
    }
  }
}
