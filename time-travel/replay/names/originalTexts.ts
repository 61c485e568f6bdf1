import { readFileSync } from 'node:fs';
import { sourceContentFor, type TraceMap, traceSegment } from '@jridgewell/trace-mapping';
import { lineStarts } from '../instrument/columnMap.ts';

const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
/** Words at whose place no variable stands. */
const WORDS = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends false finally for
  function if import in instanceof new null return static super switch this throw true try typeof var void while with
  yield let async`.split(/\s+/),
);

/** What the author wrote where a generated identifier came from. */
export interface WrittenName {
  /** Index in the map's sources. */
  source: number;
  name: string;
  /** What follows the name in the author's text, where that is known. */
  rest: string;
}

/** How much of the text behind a name tells what is done with it. */
const REST = 60;

/**
 * Reads the names of the author's texts through a source map: from the text itself where the map holds it, else from the
 * names in the map, else from the file of today.
 */
export class OriginalTexts {
  readonly #map: TraceMap;
  readonly #paths: readonly string[];
  readonly #texts = new Map<number, { text: string; starts: number[]; held: boolean } | undefined>();

  /** `paths`: of the map's sources, in its order. */
  constructor(map: TraceMap, paths: readonly string[]) {
    this.#map = map;
    this.#paths = paths;
  }

  /** The name that an identifier at a place of the script came from; lines and columns from 0. */
  nameAt(line: number, column: number): WrittenName | undefined {
    const segment = traceSegment(this.#map, line, column);
    if (!segment || segment.length === 1 || segment[0] !== column) return undefined;
    const [, source, originalLine, originalColumn] = segment;
    const told = segment.length === 5 ? this.#map.names[segment[4]] : undefined;
    const text = this.#textOf(source);
    const at = text && (text.starts[originalLine] ?? text.text.length) + originalColumn;
    const written = text && at !== undefined && (text.held || told === undefined) ? nameIn(text.text, at) : undefined;
    const name = written ?? told;
    if (name === undefined || WORDS.has(name)) return undefined;
    const rest = written === undefined ? '' : text!.text.slice(at! + name.length, at! + name.length + REST);
    return { source, name, rest };
  }

  #textOf(source: number) {
    if (!this.#texts.has(source)) {
      const held = sourceContentFor(this.#map, this.#map.resolvedSources[source]!);
      const text = held ?? fileText(this.#paths[source]!);
      this.#texts.set(
        source,
        text === undefined ? undefined : { text, starts: lineStarts(text), held: typeof held === 'string' },
      );
    }
    return this.#texts.get(source);
  }
}

function nameIn(text: string, at: number): string | undefined {
  NAME.lastIndex = at;
  return NAME.exec(text)?.[0];
}

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
