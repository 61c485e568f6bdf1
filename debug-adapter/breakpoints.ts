import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { toErrorReport } from '../protocol/errors.ts';
import { checkExpression } from '../time-travel/replay/engine/expressions.ts';
import type { PlaceRequest, ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import type { PlaceFacts } from '../time-travel/replay/engine/visitFacts.ts';
import { parseHitCondition } from './hitCondition.ts';
import { type LogMessage, parseLogMessage } from './logMessage.ts';
import type { Arguments } from './requests.ts';

type SourceBreakpoint = NonNullable<Arguments<'setBreakpoints'>['breakpoints']>[number];

export interface KnownBreakpoint {
  id: number;
  path: string;
  /** Of a text that is no file here. */
  sourceReference?: number;
  request: SourceBreakpoint;
  /** Why it can never hold, when its text is wrong. */
  problem?: string;
  /** Why the recording cannot tell when it holds. */
  unclear?: string;
  place?: PlaceRequest;
  log?: LogMessage;
  counts?: (visit: number) => boolean;
  /** Ascending points at which it holds, once the recording has been asked. */
  hits?: number[];
  facts?: PlaceFacts;
}

export interface LogLine {
  point: number;
  text: string;
  path: string;
  line: number;
}

/** The breakpoints of a session: what the editor asked for, and when each holds in the recording. */
export class Breakpoints {
  #known: KnownBreakpoint[] = [];
  #next = 1;

  /** Replaces those of one file; unchanged ones keep their id. */
  set(path: string, requests: SourceBreakpoint[], sourceReference?: number): KnownBreakpoint[] {
    const file = realPath(path);
    const before = this.#known.filter((known) => known.path === file);
    this.#known = this.#known.filter((known) => known.path !== file);
    const after = requests.map((request) => {
      const same = before.find((known) => JSON.stringify(known.request) === JSON.stringify(request));
      if (same) before.splice(before.indexOf(same), 1);
      return same ?? { ...this.#create(file, request), sourceReference };
    });
    this.#known.push(...after);
    return after;
  }

  get places(): PlaceRequest[] {
    return this.#known.flatMap(({ place }) => place ?? []);
  }

  get all(): readonly KnownBreakpoint[] {
    return this.#known;
  }

  /** Asks the recording about all that it has not been asked about; gives those that were new. */
  async resolve(session: ReplaySession): Promise<KnownBreakpoint[]> {
    const open = this.#known.filter((known) => known.place && !known.facts && !known.unclear);
    try {
      remember(open, await session.visits(open.map(({ place }) => place!)));
    } catch {
      // One whose condition does not end is no fault of the others.
      const alone = open.map(async (known) => {
        try {
          remember([known], await session.visits([known.place!]));
        } catch (error) {
          known.unclear = toErrorReport(error).message;
        }
      });
      await Promise.all(alone);
    }
    return open;
  }

  /** Another recording: everything is to be asked anew. */
  forget(): void {
    for (const known of this.#known) {
      known.facts = undefined;
      known.unclear = undefined;
      known.hits = undefined;
    }
  }

  /** Those that stop here (logpoints never do). */
  at(point: number): number[] {
    return this.#known.filter(({ hits, log }) => !log && hits?.includes(point)).map(({ id }) => id);
  }

  /** The hits of each breakpoint that stops. */
  get stops(): number[][] {
    return this.#known.flatMap(({ hits, log }) => (log || !hits ? [] : [hits]));
  }

  #create(path: string, request: SourceBreakpoint): KnownBreakpoint {
    const known: KnownBreakpoint = { id: this.#next++, path, request };
    try {
      if (request.hitCondition) known.counts = parseHitCondition(request.hitCondition);
      if (request.logMessage) known.log = parseLogMessage(request.logMessage);
      known.place = {
        path,
        line: request.line - 1,
        column: request.column === undefined ? undefined : request.column - 1,
        condition: request.condition ? checkExpression(request.condition) : undefined,
        expressions: known.log?.expressions,
      };
    } catch (error) {
      known.problem = error instanceof Error ? error.message : String(error);
    }
    return known;
  }
}

function remember(asked: KnownBreakpoint[], facts: PlaceFacts[]): void {
  asked.forEach((known, index) => {
    known.facts = facts[index]!;
    const { counts } = known;
    known.hits = counts ? known.facts.points.filter((_, visit) => counts(visit + 1)) : known.facts.points;
  });
}

/** The editor's form of a breakpoint. */
export function toDap(known: KnownBreakpoint): DebugProtocol.Breakpoint {
  const { id, path, request, sourceReference, facts, hits } = known;
  const problem = known.problem ?? known.unclear;
  const source = sourceReference ? { name: path, sourceReference } : { name: basename(path), path };
  const asked = { id, source, line: request.line, column: request.column };
  if (problem) return { ...asked, verified: false, reason: 'failed', message: problem };
  if (!facts)
    return {
      ...asked,
      verified: false,
      reason: 'pending',
      message: 'How often it holds is known when the recording is complete.',
    };
  if (!facts.resolved) {
    const message = facts.loaded
      ? 'There is no statement from here on.'
      : 'This file was never loaded in the recording.';
    return { ...asked, verified: false, reason: 'failed', message };
  }
  const found = { id, source, line: facts.resolved.line + 1, column: facts.resolved.column + 1 };
  if (!facts.points.length) {
    const message = request.condition
      ? 'The condition never held when this line ran in the recording.'
      : 'This line never ran in the recording.';
    return { ...found, verified: false, reason: 'failed', message };
  }
  const times = hits!.length === 1 ? 'once' : `${hits!.length.toLocaleString('en-US')} times`;
  return { ...found, verified: true, message: `Holds ${times} in the recording.` };
}

/** What logpoints print in the recording, behind the point up to which each has printed, in the order of time. */
export function logLines(known: readonly KnownBreakpoint[], printed: ReadonlyMap<number, number>): LogLine[] {
  return known
    .flatMap(({ id, log, facts, hits, path }) => {
      if (!log || !facts?.resolved) return [];
      const counted = new Set(hits);
      return facts.points.flatMap((point, index) =>
        counted.has(point) && point > (printed.get(id) ?? 0)
          ? [{ point, path, line: facts.resolved!.line + 1, text: log.text(facts.values.at(index)) }]
          : [],
      );
    })
    .sort((a, b) => a.point - b.point);
}

/** As the program's own Node names the file. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
