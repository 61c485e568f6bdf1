import { basename } from 'node:path';
import type { FollowedExceptions, WriteQuestion } from '../time-travel/replay/agent/jobs.ts';
import type { PlaceRequest, ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import type { Breakpoints, KnownBreakpoint } from './breakpoints.ts';
import type { DataBreakpoints } from './dataBreakpoints.ts';
import type { FunctionBreakpoints } from './functionBreakpoints.ts';
import type { ExceptionFilter } from './travel.ts';

/** Everything that stops time in a session. */
export interface StopSources {
  readonly breakpoints: Breakpoints;
  readonly functionBreakpoints: FunctionBreakpoints;
  readonly dataBreakpoints: DataBreakpoints;
  readonly exceptionFilters: ReadonlySet<ExceptionFilter>;
}

/** Something that is looked for while the program runs: visits of a place, or writes of a value. */
export interface LiveWatch {
  id: number;
  /** What has happened at a hit, as the console says it. */
  title: string;
  place?: PlaceRequest;
  question?: WriteQuestion;
  counts?: (visit: number) => boolean;
  /** It prints and does not stop. */
  logpoint?: KnownBreakpoint;
}

export function liveWatches({ breakpoints, functionBreakpoints, dataBreakpoints }: StopSources): LiveWatch[] {
  const lines = breakpoints.all.flatMap((known): LiveWatch[] => {
    const { id, path, request, place, counts, log } = known;
    const title = `Breakpoint ${basename(path)}:${request.line} was hit`;
    return place ? [{ id, title, place, counts, ...(log && { logpoint: known }) }] : [];
  });
  const calls = functionBreakpoints.all.flatMap(({ id, request, condition, counts, wrong }): LiveWatch[] => {
    const name = request.name.trim();
    const place = { path: '', line: 0, function: name, condition };
    return wrong === undefined ? [{ id, title: `${name} was called`, place, counts }] : [];
  });
  const writes = dataBreakpoints.all.flatMap(({ id, watched, question }): LiveWatch[] =>
    watched && question ? [{ id, title: `${watched.expression} was written`, question }] : [],
  );
  return [...lines, ...calls, ...writes];
}

/**
 * Which exceptions are looked for. Those that nothing catches end the program, unless it handles them itself: for them
 * alone (`others`: something else is looked for) no program is followed.
 */
export function liveExceptions(
  { exceptionFilters }: StopSources,
  { others }: { others: boolean },
): FollowedExceptions | undefined {
  if (exceptionFilters.has('all')) return 'all';
  return exceptionFilters.has('uncaught') && others ? 'uncaught' : undefined;
}

/** Asks a recording about all that it has not been asked about. */
export async function resolveStops(sources: StopSources, replay: ReplaySession): Promise<void> {
  await sources.breakpoints.resolve(replay);
  await sources.functionBreakpoints.resolve(replay);
  await sources.dataBreakpoints.resolve(replay);
}
