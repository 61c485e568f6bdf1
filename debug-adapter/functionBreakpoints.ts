import type { DebugProtocol } from '@vscode/debugprotocol';
import { toErrorReport } from '../protocol/errors.ts';
import { checkExpression } from '../time-travel/replay/engine/expressions.ts';
import { functionPlaces } from '../time-travel/replay/engine/functionPlaces.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import { parseHitCondition } from './hitCondition.ts';
import type { Arguments } from './requests.ts';

type Request = Arguments<'setFunctionBreakpoints'>['breakpoints'][number];

/** One as it was asked for, and when it holds. */
export interface KnownFunction {
  id: number;
  request: Request;
  condition?: string;
  counts?: (visit: number) => boolean;
  /** Its text is wrong. */
  wrong?: string;
  /** Why it cannot hold in this recording. */
  problem?: string;
  hits?: number[];
}

/** Ids of their own, between those of breakpoints in sources and on values. */
const FIRST_ID = 500_000;

/** Breakpoints on functions by name, `add` or `Till.add`: each holds at the first statement of every call. */
export class FunctionBreakpoints {
  #known: KnownFunction[] = [];
  #next = FIRST_ID;

  set(requests: Request[]): void {
    this.#known = requests.map(
      (request) =>
        this.#known.find((known) => JSON.stringify(known.request) === JSON.stringify(request)) ?? this.#create(request),
    );
  }

  async resolve(session: ReplaySession): Promise<void> {
    for (const known of this.#known) {
      if (known.hits || known.problem || known.wrong) continue;
      try {
        const places = await functionPlaces(session, known.request.name.trim(), known.condition);
        if (!places.length) known.problem = `No function ${known.request.name} was loaded in the recording.`;
        else known.hits = await hitsOf(session, known, places);
      } catch (error) {
        known.problem = toErrorReport(error).message;
      }
    }
  }

  /** Another recording, or a longer one. */
  forget(): void {
    for (const known of this.#known) {
      known.hits = undefined;
      known.problem = undefined;
    }
  }

  get all(): readonly KnownFunction[] {
    return this.#known;
  }

  get stops(): number[][] {
    return this.#known.flatMap(({ hits }) => (hits ? [hits] : []));
  }

  at(point: number): number[] {
    return this.#known.filter(({ hits }) => hits?.includes(point)).map(({ id }) => id);
  }

  toDap(): DebugProtocol.Breakpoint[] {
    return this.#known.map(({ id, hits, wrong, problem }) => {
      const failure = wrong ?? problem;
      if (failure) return { id, verified: false, reason: 'failed', message: failure };
      if (!hits)
        return {
          id,
          verified: false,
          reason: 'pending',
          message: 'How often it holds is known when the recording is complete.',
        };
      if (!hits.length)
        return { id, verified: false, reason: 'failed', message: 'It was never called so in the recording.' };
      const times = hits.length === 1 ? 'once' : `${hits.length.toLocaleString('en-US')} times`;
      return { id, verified: true, message: `Called ${times} in the recording.` };
    });
  }

  #create(request: Request): KnownFunction {
    const known: KnownFunction = { id: this.#next++, request };
    try {
      if (request.condition) known.condition = checkExpression(request.condition);
      if (request.hitCondition) known.counts = parseHitCondition(request.hitCondition);
    } catch (error) {
      known.wrong = toErrorReport(error).message;
    }
    return known;
  }
}

async function hitsOf(
  session: ReplaySession,
  { counts }: KnownFunction,
  places: Awaited<ReturnType<typeof functionPlaces>>,
): Promise<number[]> {
  const facts = await session.visits(places);
  const points = facts.flatMap((one) => one.points).sort((a, b) => a - b);
  return counts ? points.filter((_, visit) => counts(visit + 1)) : points;
}
