import { basename } from 'node:path';
import type { ReplayLauncher } from '../time-travel/replay/engine/launch.ts';
import { LiveReplay } from '../time-travel/replay/engine/liveReplay.ts';
import type { Breakpoints, KnownBreakpoint } from './breakpoints.ts';

/** Who is told what a program that still runs does at its breakpoints. */
export interface LiveListener {
  /** A breakpoint that stops was hit at a point. Gives what to tell the person to do, or undefined to tell nothing. */
  hit(point: number): string | undefined;
  logged(line: { breakpoint: KnownBreakpoint; point: number; text: string }): void;
  printed?(fd: number, text: string): void;
  say(text: string): void;
}

/** Milliseconds in which hits of one breakpoint are told together. */
const TOGETHER = 1000;
/** Milliseconds until another try, while the program is starting or breakpoints are being edited. */
const SOON = 50;

/**
 * Follows a program that is being recorded with a replay, a moment behind, and tells when a breakpoint was hit. The
 * program itself runs on undisturbed.
 */
export class LiveBreakpoints {
  readonly #breakpoints: Breakpoints;
  readonly #listener: LiveListener;
  readonly #launcher: () => ReplayLauncher | undefined;
  #replay: LiveReplay | undefined;
  #starting: NodeJS.Timeout | undefined;
  #closed = false;
  /** Counts replays: what an earlier one still says is not heard. */
  #generation = 0;
  /** Up to which point hits were told, by breakpoint. */
  readonly #told = new Map<number, number>();
  #printedTo = 0;
  /** Ascending points of hits that stop. */
  #hits: number[] = [];
  readonly #untold = new Map<number, { count: number; timer: NodeJS.Timeout }>();

  /** `launcher` gives undefined as long as the recording cannot be replayed yet. */
  constructor(breakpoints: Breakpoints, launcher: () => ReplayLauncher | undefined, listener: LiveListener) {
    this.#breakpoints = breakpoints;
    this.#launcher = launcher;
    this.#listener = listener;
  }

  /** Begins, or begins anew because breakpoints have changed. */
  follow(): void {
    if (this.#closed) return;
    clearTimeout(this.#starting);
    this.#starting = setTimeout(() => void this.#start(), SOON);
  }

  /** The first known hit behind a point. */
  hitAfter(point: number): number | undefined {
    return this.#hits.find((hit) => hit > point);
  }

  get lastHit(): number | undefined {
    return this.#hits.at(-1);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#starting);
    for (const { timer } of this.#untold.values()) clearTimeout(timer);
    this.#untold.clear();
    this.#replay?.close();
  }

  async #start(): Promise<void> {
    const generation = ++this.#generation;
    this.#replay?.close();
    this.#replay = undefined;
    const followed = this.#breakpoints.all.filter(({ place }) => place);
    if (!followed.length && !this.#listener.printed) return;
    const launcher = this.#launcher();
    if (!launcher) return this.follow();
    const counts = new Map<number, number>();
    const current = () => generation === this.#generation && !this.#closed;
    this.#hits = [];
    try {
      const replay = await LiveReplay.start(
        launcher,
        followed.map(({ place }) => place!),
        {
          visits: (index, points, values) => {
            if (!current()) return;
            const breakpoint = followed[index]!;
            points.forEach((point, at) => {
              const count = (counts.get(index) ?? 0) + 1;
              counts.set(index, count);
              if (!breakpoint.counts || breakpoint.counts(count)) this.#hit(breakpoint, point, values[at] ?? []);
            });
          },
          outputs: (outputs) => {
            if (!current()) return;
            for (const { point, fd, text } of outputs) if (point > this.#printedTo) this.#listener.printed?.(fd, text);
            this.#printedTo = Math.max(this.#printedTo, outputs.at(-1)?.point ?? 0);
          },
          ended: () => {},
        },
      );
      if (current()) this.#replay = replay;
      else replay.close();
    } catch (error) {
      if (current()) this.#listener.say(`apex: breakpoints hold when the program has ended: ${String(error)}`);
    }
  }

  #hit(breakpoint: KnownBreakpoint, point: number, values: string[]): void {
    const { id, log } = breakpoint;
    if (!log) this.#remember(point);
    if (point <= (this.#told.get(id) ?? 0)) return;
    this.#told.set(id, point);
    if (log) this.#listener.logged({ breakpoint, point, text: log.text(values) });
    else this.#tell(breakpoint, this.#listener.hit(point));
  }

  #remember(point: number): void {
    let index = this.#hits.length;
    while (index > 0 && this.#hits[index - 1]! > point) index--;
    if (this.#hits[index - 1] !== point) this.#hits.splice(index, 0, point);
  }

  /** The first hit at once, the following ones together. */
  #tell(breakpoint: KnownBreakpoint, advice: string | undefined): void {
    if (advice === undefined) return;
    const { id, path, request } = breakpoint;
    const where = `${basename(path)}:${request.line}`;
    const waiting = this.#untold.get(id);
    if (waiting) {
      waiting.count++;
      return;
    }
    this.#listener.say(`Breakpoint ${where} was hit. ${advice}`);
    const timer = setTimeout(() => {
      const { count } = this.#untold.get(id)!;
      this.#untold.delete(id);
      if (count > 0) this.#listener.say(`Breakpoint ${where} was hit ${count} more ${count === 1 ? 'time' : 'times'}.`);
    }, TOGETHER);
    this.#untold.set(id, { count: 0, timer });
  }
}
