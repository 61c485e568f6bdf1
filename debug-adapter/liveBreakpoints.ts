import type { SeenException } from '../time-travel/replay/agent/jobs.ts';
import type { ReplayLauncher } from '../time-travel/replay/engine/launch.ts';
import { LiveReplay } from '../time-travel/replay/engine/liveReplay.ts';
import type { KnownBreakpoint } from './breakpoints.ts';
import { HitTeller } from './hitTeller.ts';
import { type LiveWatch, liveExceptions, liveWatches, type StopSources } from './liveWatches.ts';

/** Who is told what a program that still runs does at its breakpoints. */
export interface LiveListener {
  /** Something that stops was hit at a point. Gives what to tell the person to do, or undefined to tell nothing. */
  hit(point: number): string | undefined;
  logged(line: { breakpoint: KnownBreakpoint; point: number; text: string }): void;
  printed?(fd: number, text: string): void;
  say(text: string): void;
}

/** Milliseconds until another try, while the program is starting or breakpoints are being edited. */
const SOON = 50;
/** Each value has a process of its own that follows. */
const MOST_VALUES = 4;
/** Of all exceptions, above the ids of breakpoints. */
const EXCEPTIONS = 2_000_000;

/**
 * Follows a program that is being recorded with a replay, a moment behind, and tells when something was hit: a
 * breakpoint, the call of a function, the write of a value, an exception. The program itself runs on undisturbed.
 */
export class LiveBreakpoints {
  readonly #sources: StopSources;
  readonly #listener: LiveListener;
  readonly #launcher: () => ReplayLauncher | undefined;
  readonly #teller: HitTeller;
  #replays: LiveReplay[] = [];
  #starting: NodeJS.Timeout | undefined;
  #closed = false;
  /** Counts replays: what an earlier one still says is not heard. */
  #generation = 0;
  /** Up to which point hits were told, by what was hit. */
  readonly #told = new Map<number, number>();
  #printedTo = 0;
  /** Ascending points of hits that stop. */
  #hits: number[] = [];
  readonly #exceptions = new Map<number, SeenException>();

  /** `launcher` gives undefined as long as the recording cannot be replayed yet. */
  constructor(sources: StopSources, launcher: () => ReplayLauncher | undefined, listener: LiveListener) {
    this.#sources = sources;
    this.#launcher = launcher;
    this.#listener = listener;
    this.#teller = new HitTeller((text) => listener.say(text));
  }

  /** Begins, or begins anew because breakpoints have changed. */
  follow(): void {
    if (this.#closed) return;
    clearTimeout(this.#starting);
    this.#starting = setTimeout(() => void this.#start(), SOON);
  }

  /** The first known hit behind a point, without exceptions up to `seen`. */
  hitAfter(point: number, seen: number): number | undefined {
    return this.#hits.find((hit) => hit > point && !(hit <= seen && this.#exceptions.has(hit)));
  }

  get lastHit(): number | undefined {
    return this.#hits.at(-1);
  }

  /** What was thrown about there: an uncaught error is noticed behind the statement that threw it. */
  exceptionAt(hit: number): SeenException | undefined {
    return this.#exceptions.get(hit);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#starting);
    this.#teller.close();
    this.#closeReplays();
  }

  async #start(): Promise<void> {
    const generation = ++this.#generation;
    const current = () => generation === this.#generation && !this.#closed;
    this.#closeReplays();
    const watches = liveWatches(this.#sources);
    const values = watches.filter(({ question }) => question).slice(0, MOST_VALUES);
    const places = watches.filter(({ place }) => place);
    const exceptions = liveExceptions(this.#sources, { others: watches.length > 0 });
    const visits = places.length > 0 || exceptions !== undefined || this.#listener.printed !== undefined;
    if (!visits && !values.length) return;
    const launcher = this.#launcher();
    if (!launcher) return this.follow();
    this.#hits = [];
    this.#exceptions.clear();
    const keep = (replay: LiveReplay) => {
      if (current()) this.#replays.push(replay);
      else replay.close();
    };
    try {
      if (visits) keep(await this.#followVisits(launcher, places, exceptions, current));
      for (const watch of values) {
        const written = (points: number[]) => {
          if (current()) for (const point of points) this.#hit(watch, point, []);
        };
        keep(await LiveReplay.startWrites(launcher, watch.question!, written));
      }
    } catch (error) {
      if (current()) this.#listener.say(`apex: breakpoints hold when the program has ended: ${String(error)}`);
    }
  }

  #followVisits(
    launcher: ReplayLauncher,
    watches: LiveWatch[],
    exceptions: ReturnType<typeof liveExceptions>,
    current: () => boolean,
  ): Promise<LiveReplay> {
    const counts = new Map<number, number>();
    const places = watches.map(({ place }) => place!);
    const listener = {
      visits: (index: number, points: number[], values: string[][]) => {
        if (!current()) return;
        const watch = watches[index]!;
        points.forEach((point, at) => {
          const count = (counts.get(index) ?? 0) + 1;
          counts.set(index, count);
          if (!watch.counts || watch.counts(count)) this.#hit(watch, point, values[at] ?? []);
        });
      },
      outputs: (outputs: { point: number; fd: number; text: string }[]) => {
        if (!current()) return;
        for (const { point, fd, text } of outputs) if (point > this.#printedTo) this.#listener.printed?.(fd, text);
        this.#printedTo = Math.max(this.#printedTo, outputs.at(-1)?.point ?? 0);
      },
      exceptions: (seen: SeenException[]) => {
        if (!current()) return;
        for (const exception of seen) {
          this.#exceptions.set(exception.point, exception);
          this.#hit({ id: EXCEPTIONS, title: `${exception.description} was thrown` }, exception.point, []);
        }
      },
      ended: () => {},
    };
    return LiveReplay.start(launcher, places, listener, exceptions);
  }

  #hit({ id, title, logpoint }: LiveWatch, point: number, values: string[]): void {
    if (!logpoint) this.#remember(point);
    if (point <= (this.#told.get(id) ?? 0)) return;
    this.#told.set(id, point);
    if (logpoint) {
      this.#listener.logged({ breakpoint: logpoint, point, text: logpoint.log!.text(values) });
      return;
    }
    const advice = this.#listener.hit(point);
    if (advice !== undefined) this.#teller.tell(id, title, advice);
  }

  #remember(point: number): void {
    let index = this.#hits.length;
    while (index > 0 && this.#hits[index - 1]! > point) index--;
    if (this.#hits[index - 1] !== point) this.#hits.splice(index, 0, point);
  }

  #closeReplays(): void {
    for (const replay of this.#replays) replay.close();
    this.#replays = [];
  }
}
