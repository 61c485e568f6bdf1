import type { Crossing } from '../bridge/crossings.ts';

/** What goes into a guest. */
export type Inward = Extract<Crossing, { t: 'boot' | 'run' | 'import' | 'enter' | 'end' | 'cut' }>;
/** What a guest asks and says. */
export type Outward = Extract<Crossing, { t: 'send' | 'load' }>;

/** A log of crossings, taken apart. Plain arrays and objects without a prototype: a guest may have changed everything else. */
export interface CrossingStreams {
  inward: Inward[];
  outward: Outward[];
  /** Guest name of a module by `referrer`, a zero and `specifier`. */
  meanings: Record<string, string>;
  /** What was compiled, by guest name. */
  sources: Record<string, string>;
  /** File on the host, by guest name, of a module whose lines are the file's: breakpoints are set there. */
  files: Record<string, string>;
  /** Source of CommonJS modules, by guest name. */
  commonJs: Record<string, string>;
}

export function readStreams(text: string): CrossingStreams {
  const empty = () => Object.create(null) as Record<string, string>;
  const streams: CrossingStreams = {
    ...{ inward: [], outward: [] },
    ...{ meanings: empty(), sources: empty(), files: empty(), commonJs: empty() },
  };
  const paths = empty();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const crossing = JSON.parse(line) as Crossing;
    if (crossing.t === 'load') {
      const { kind, url, source } = JSON.parse(crossing.answer) as { kind: string; url: string; source?: string };
      if (kind === 'cjs' && source !== undefined) {
        streams.commonJs[url] = source;
        if (paths[url] !== undefined) streams.files[url] = paths[url];
      }
    }
    if (crossing.t === 'send' || crossing.t === 'load') streams.outward.push(crossing);
    else if (crossing.t === 'file') paths[crossing.url] = crossing.path;
    else if (crossing.t !== 'module') streams.inward.push(crossing);
    else {
      const { specifier, referrer, kind, url, source, moved } = crossing;
      streams.meanings[`${referrer}\0${specifier}`] = url;
      if (source !== undefined) streams.sources[url] = source;
      // What stands for a CommonJS or JSON file is no text that a person wrote.
      if (kind === 'esm' && !moved && paths[url] !== undefined) streams.files[url] = paths[url];
    }
  }
  return streams;
}
