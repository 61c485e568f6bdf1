import type { Frame } from '../time-travel/replay/agent/jobs.ts';
import { neighbour, type SeenException } from '../time-travel/replay/engine/facts.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';

/** Something that stops time at known points. */
export interface Stops {
  resolve(session: ReplaySession): Promise<unknown>;
  readonly stops: number[][];
  /** Ids of those that hold at a point. */
  at(point: number): number[];
}

/** Why time stands at a point. */
export interface Arrival {
  point: number;
  reason: 'breakpoint' | 'exception' | 'step' | 'entry' | 'pause' | 'goto';
  /** What the editor shows first, for example that the recording ends here. */
  title: string;
  exception?: SeenException;
}

export type ExceptionFilter = 'all' | 'uncaught';

/** The next stop of `continue` (1) or `reverse` (-1): a breakpoint, an exception, or the edge of the recording. */
export async function nextStop(
  session: ReplaySession,
  sources: readonly Stops[],
  filters: ReadonlySet<ExceptionFilter>,
  from: number,
  direction: 1 | -1,
): Promise<Arrival> {
  for (const source of sources) await source.resolve(session);
  const exceptions = await wantedExceptions(session, filters);
  const stops = sources.flatMap((source) => source.stops);
  const candidates = [
    ...stops.map((points) => neighbour(points, from, direction)),
    neighbour(
      exceptions.map(({ point }) => point),
      from,
      direction,
    ),
  ].filter((point) => point !== undefined);
  if (!candidates.length) return edge(session, direction);
  return arrivalAt(direction === 1 ? Math.min(...candidates) : Math.max(...candidates), sources, exceptions);
}

/** How a session begins. */
export interface Beginning {
  stopOnEntry: boolean;
  /** Also where no exit code tells, as of a child process that was ended when it had told its result. */
  mayHaveFailed: boolean;
  /** The process that started it did: runners have tests fail in children that end well. */
  parentFailed: boolean;
}

/** Where a new session begins: the uncaught error, the last hit of a breakpoint, a failed assertion, else the end. */
export async function firstStop(
  session: ReplaySession,
  sources: readonly Stops[],
  filters: ReadonlySet<ExceptionFilter>,
  { stopOnEntry, mayHaveFailed, parentFailed }: Beginning,
): Promise<Arrival> {
  for (const source of sources) await source.resolve(session);
  if (stopOnEntry) return { ...edge(session, -1), reason: 'entry' };
  const { exitCode } = session.end;
  const failed = parentFailed || (exitCode === undefined ? mayHaveFailed : exitCode !== 0);
  const exceptions = filters.size && (failed || filters.has('all')) ? await wantedExceptions(session, filters) : [];
  const after = session.end.point + 1;
  const last = exceptions.at(-1);
  if (failed && last?.uncaught) return arrivalAt(last.point, sources, exceptions);
  const hits = sources.flatMap(({ stops }) => stops.flatMap((points) => neighbour(points, after, -1) ?? []));
  if (hits.length) return arrivalAt(Math.max(...hits), sources, exceptions);
  const assertion = failed && filters.size ? await lastFailedAssertion(session) : undefined;
  if (assertion)
    return { point: assertion.point, reason: 'exception', title: 'Failed assertion', exception: assertion };
  return edge(session, 1);
}

/** As assertion libraries name their errors; those of jest's `expect` are plain ones whose text may be colored. */
const ASSERTION = /^(?:\w*AssertionError\b|Error: (?:\u001b\[\d+m)*expect\()/;

/** Throws of one error that are looked at: runners throw on what they have caught. */
const MOST_THROWN = 8;

/** Test runners catch what a test throws. Where the program's own code is on the stack, one stands in it. */
async function lastFailedAssertion(session: ReplaySession): Promise<SeenException | undefined> {
  const failures = (await session.exceptions()).filter(({ description }) => ASSERTION.test(description));
  const last = failures.at(-1);
  const same = failures.filter(({ description }) => description === last?.description);
  for (const failure of same.slice(-MOST_THROWN).reverse()) {
    const point = await ownStatement(session, failure.point);
    if (point !== undefined) return { ...failure, point };
  }
  return last;
}

/** The innermost statement of the program that is no library's; undefined where only libraries are on the stack. */
async function ownStatement(session: ReplaySession, thrown: number): Promise<number | undefined> {
  const { frames } = await session.arriveAt(thrown);
  const own = frames.filter(({ program }) => program).findIndex((frame) => !isOfPackage(frame));
  let point = thrown;
  for (let depth = 0; depth < own; depth++) point = await session.step(point, 'out', -1);
  const reached = (await session.arriveAt(point)).frames.find(({ program }) => program);
  return reached && !isOfPackage(reached) ? point : undefined;
}

const isOfPackage = ({ path, original }: Frame): boolean => /[\\/]node_modules[\\/]/.test(original?.path ?? path);

export async function wantedExceptions(
  session: ReplaySession,
  filters: ReadonlySet<ExceptionFilter>,
): Promise<SeenException[]> {
  if (!filters.size) return [];
  const exceptions = await session.exceptions();
  return filters.has('all') ? exceptions : exceptions.filter(({ uncaught }) => uncaught);
}

/** The first or last point of the recording. */
export function edge(session: ReplaySession, direction: 1 | -1): Arrival {
  const { end } = session;
  if (direction === -1) return { point: 1, reason: 'pause', title: 'Beginning of the recording' };
  const how =
    end.divergence !== undefined
      ? `Replay cannot go further: ${end.divergence}`
      : end.exitCode === undefined
        ? 'End of the recording'
        : `End of the recording (exit code ${end.exitCode})`;
  return { point: end.point, reason: 'pause', title: how };
}

export const exceptionTitle = ({ uncaught }: SeenException): string => (uncaught ? 'Uncaught exception' : 'Exception');

function arrivalAt(point: number, sources: readonly Stops[], exceptions: SeenException[]): Arrival {
  const exception = exceptions.find((candidate) => candidate.point === point);
  if (exception && !sources.some((source) => source.at(point).length)) {
    return { point, reason: 'exception', title: exceptionTitle(exception), exception };
  }
  return { point, reason: 'breakpoint', title: 'Breakpoint', exception };
}
