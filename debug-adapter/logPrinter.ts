import { basename } from 'node:path';
import type { PointRange } from '../time-travel/replay/engine/callTree.ts';
import { type KnownBreakpoint, logLines } from './breakpoints.ts';
import type { DapConnection } from './dapConnection.ts';
import type { LiveListener } from './liveBreakpoints.ts';

/** Prints what logpoints say, each line once: while the program runs as it comes, in its past all at once. */
export class LogPrinter {
  readonly #client: DapConnection;
  /** Up to which point each logpoint has printed. */
  readonly #printed = new Map<number, number>();

  constructor(client: DapConnection) {
    this.#client = client;
  }

  live({ breakpoint, point, text }: Parameters<LiveListener['logged']>[0]): void {
    this.#printed.set(breakpoint.id, point);
    this.#print(text, breakpoint.path, breakpoint.request.line);
  }

  /** Only what lies in the range. */
  past(breakpoints: readonly KnownBreakpoint[], { from, to }: PointRange): void {
    const known = breakpoints.filter(({ log, facts }) => log && facts);
    for (const { point, text, path, line } of logLines(known, this.#printed)) {
      if (point >= from && point <= to) this.#print(text, path, line);
    }
    for (const { id } of known) this.#printed.set(id, Number.POSITIVE_INFINITY);
  }

  /** Another recording. */
  forget(): void {
    this.#printed.clear();
  }

  #print(text: string, path: string, line: number): void {
    const source = { name: basename(path), path };
    this.#client.event('output', { category: 'console', output: `${text}\n`, source, line });
  }
}
