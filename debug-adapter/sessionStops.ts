import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import { Breakpoints, toDap } from './breakpoints.ts';
import type { DapConnection } from './dapConnection.ts';
import { DataBreakpoints } from './dataBreakpoints.ts';
import { FunctionBreakpoints } from './functionBreakpoints.ts';
import type { StopSources } from './liveWatches.ts';
import { type Arrival, type Beginning, type ExceptionFilter, firstStop, nextStop, type Stops } from './travel.ts';

/** Everything that stops time in a session, as the client has set it. */
export class SessionStops implements StopSources {
  readonly breakpoints = new Breakpoints();
  readonly functionBreakpoints = new FunctionBreakpoints();
  readonly dataBreakpoints = new DataBreakpoints();
  /** Before a client chooses, and for clients that never do, what `initialize` tells as the default. */
  exceptionFilters: ReadonlySet<ExceptionFilter> = new Set(['uncaught']);

  get #all(): Stops[] {
    return [this.breakpoints, this.functionBreakpoints, this.dataBreakpoints];
  }

  /** Ids of those that hold at a point. */
  at(point: number): number[] {
    return this.#all.flatMap((stops) => stops.at(point));
  }

  /** What is known was about another recording, or a shorter one. */
  askAgain(): void {
    this.breakpoints.forget();
    this.functionBreakpoints.forget();
    this.dataBreakpoints.askAgain();
  }

  next(replay: ReplaySession, from: number, direction: 1 | -1): Promise<Arrival> {
    return nextStop(replay, this.#all, this.exceptionFilters, from, direction);
  }

  first(replay: ReplaySession, how: Beginning): Promise<Arrival> {
    return firstStop(replay, this.#all, this.exceptionFilters, how);
  }

  /** What the recording says about those on lines and functions. */
  tell(client: DapConnection): void {
    const known = [...this.breakpoints.all.map(toDap), ...this.functionBreakpoints.toDap()];
    for (const breakpoint of known) client.event('breakpoint', { reason: 'changed', breakpoint });
  }
}
