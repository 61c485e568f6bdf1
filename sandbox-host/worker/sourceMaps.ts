import { posix } from 'node:path';
import { AnyMap, originalPositionFor, type TraceMap } from '@jridgewell/trace-mapping';

const INLINE = /\/\/[#@] sourceMappingURL=data:application\/json(?:;charset=[\w-]+)?;base64,([A-Za-z0-9+/=]+)\s*$/;
/** A place of the program inside a stack: `/app/shop/cart.ts:12:7`. */
const PLACE = /(\/app\/[^\s():]+):(\d+):(\d+)/g;

/** The source maps of one sandbox's modules: stacks name the lines that a person wrote, not those that a tool made of them. */
export class SourceMaps {
  readonly #texts = new Map<string, string>();
  readonly #maps = new Map<string, TraceMap | undefined>();

  /** Keeps the map that a module carries at its end, or the text of the one beside it. */
  add(url: string, source: string, beside?: string): void {
    const inline = INLINE.exec(source.slice(source.lastIndexOf('\n', source.length - 2) + 1))?.[1];
    const text = beside ?? (inline && Buffer.from(inline, 'base64').toString('utf8'));
    this.#maps.delete(url);
    if (text) this.#texts.set(url, text);
    else this.#texts.delete(url);
  }

  /** The text with each place that a map knows replaced by where it comes from. */
  translate(text: string): string {
    if (this.#texts.size === 0) return text;
    return text.replaceAll(PLACE, (place, url: string, line: string, column: string) => {
      const map = this.#mapOf(url);
      if (!map) return place;
      const found = originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
      return found.source === null ? place : `${sourceName(url, found.source)}:${found.line}:${found.column + 1}`;
    });
  }

  #mapOf(url: string): TraceMap | undefined {
    if (!this.#maps.has(url)) this.#maps.set(url, parseMap(this.#texts.get(url)));
    return this.#maps.get(url);
  }
}

/** A map that cannot be read is as good as none: the place stays as V8 gives it. */
function parseMap(text: string | undefined): TraceMap | undefined {
  try {
    return text === undefined ? undefined : (new AnyMap(text) as TraceMap);
  } catch {
    return undefined;
  }
}

/** Sources are named relative to the module; one that would lie outside the program's folder is shown by its last name. */
function sourceName(url: string, source: string): string {
  if (source === '') return url;
  const name = posix.join(posix.dirname(url), source.replace(/^\w+:\/+/, ''));
  if (source.startsWith('/app/')) return posix.normalize(source);
  return name.startsWith('/app/') ? name : `/app/${posix.basename(source)}`;
}
