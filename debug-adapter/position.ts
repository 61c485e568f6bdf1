import { ApexError } from '../protocol/errors.ts';
import { timeAt } from '../time-travel/replay/engine/facts.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import type { ProgramEnd } from './endProgram.ts';

/**
 * Where in time a point is, in words: `12.4 ms of 3.1 s · step 1,204 of 98,331 · past`. A program that never looked at a
 * clock, nor waited, has no times: then the share of its statements is told, `25% · step 12 of 48 · past`.
 */
export function describePosition(session: ReplaySession, point: number): string {
  const { end, times } = session.index;
  const step = `step ${count(point)} of ${count(end.point)}`;
  const total = times.at(-1)?.[1] ?? 0;
  const progress =
    total < SHORTEST
      ? `${Math.round((100 * point) / Math.max(1, end.point))}%`
      : `${duration(timeAt(times, point) ?? 0)} of ${duration(total)}`;
  return [progress, step, 'past'].join(' · ');
}

/** Milliseconds: what is shorter reads as nothing. */
const SHORTEST = 0.001;

/** A moment as lists of moments tell it. */
export function momentOf(
  { replay }: { replay: ReplaySession },
  point: number,
): { point: string; time?: number; label: string } {
  const time = timeAt(replay.index.times, point);
  const label = `step ${point.toLocaleString('en-US')}`;
  return { point: String(point), time, label: time === undefined ? label : `${duration(time)} · ${label}` };
}

/**
 * A point by its number, or as a share of the recording such as `50%`; `last` is the recording's last point.
 * @throws ApexError `no-such-point`
 */
export function parsePoint(text: string | number, last: number): number {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(String(text));
  const point = share ? Math.max(1, Math.round((Number(share[1]) / 100) * last)) : Number(text);
  if (!Number.isSafeInteger(point) || point < 1 || point > last) {
    throw new ApexError('no-such-point', `There is no step ${text}; the recording has steps 1 to ${last}.`);
  }
  return point;
}

/** How a program ended, for the console. */
export function describeEnd(name: string, { code, signal, goesOn, problem }: ProgramEnd): string {
  if (goesOn) return `${name} goes on; this is its past.`;
  if (problem !== undefined) return `${name} could not be run or recorded to its end: ${problem}`;
  if (!signal) return `${name} ended with exit code ${code ?? 'unknown'}.`;
  return `${name} ended by ${signal}. Its past ends where it last met the outside: output, a timer, a file, the clock.`;
}

/** Why there is no past to travel in; `how` the program ended, where it was this session's. */
export function nothingRecorded(how: ProgramEnd | undefined): ApexError {
  if (!how?.signal) {
    return new ApexError('nothing-recorded', 'No statement of the program ran: there is no past to travel in.');
  }
  return new ApexError(
    'nothing-recorded',
    'The program only computed until it was ended, and a recording goes as far as it last met the outside.',
    'Let it print something now and then: up to there it can be travelled in.',
  );
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Milliseconds in the unit that reads best, with three digits. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return `${(milliseconds * 1000).toFixed(0)} µs`;
  if (milliseconds < 1000) return `${digits(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${digits(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function digits(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
