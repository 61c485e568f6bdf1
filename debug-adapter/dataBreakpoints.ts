import { ApexError, toErrorReport } from '../protocol/errors.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';

/** What a data breakpoint watches: what an expression meant at a point in a frame of the program (0: the innermost). */
export interface Watched {
  point: number;
  frame: number;
  expression: string;
}

interface Known {
  id: number;
  dataId: string;
  watched: Watched | undefined;
  hits?: number[];
  problem?: string;
}

/** Ids of their own, above those of breakpoints in sources. */
const FIRST_ID = 1_000_000;

export const formatDataId = (watched: Watched): string => JSON.stringify(watched);

/** Breakpoints on values: each stops at the statements that write, in either direction. */
export class DataBreakpoints {
  #known: Known[] = [];
  #next = FIRST_ID;

  set(dataIds: string[]): readonly Known[] {
    this.#known = dataIds.map(
      (dataId) =>
        this.#known.find((known) => known.dataId === dataId) ?? { id: this.#next++, dataId, watched: parse(dataId) },
    );
    return this.#known;
  }

  async resolve(session: ReplaySession): Promise<void> {
    for (const known of this.#known) {
      if (known.hits || known.problem) continue;
      try {
        if (!known.watched) throw new ApexError('wrong-arguments', 'This is no data breakpoint of Apex.');
        const { point, frame, expression } = known.watched;
        known.hits = (await session.writes(point, frame, expression)).writes.map((write) => write.point);
      } catch (error) {
        known.problem = toErrorReport(error).message;
      }
    }
  }

  /** The same recording has become longer. */
  askAgain(): void {
    for (const known of this.#known) {
      known.hits = undefined;
      known.problem = undefined;
    }
  }

  /** What they watch belongs to the recording they were set in. */
  forget(): void {
    this.#known = [];
  }

  get stops(): number[][] {
    return this.#known.flatMap(({ hits }) => (hits ? [hits] : []));
  }

  at(point: number): number[] {
    return this.#known.filter(({ hits }) => hits?.includes(point)).map(({ id }) => id);
  }
}

function parse(dataId: string): Watched | undefined {
  try {
    const { point, frame, expression } = JSON.parse(dataId) as Watched;
    return typeof expression === 'string' ? { point, frame, expression } : undefined;
  } catch {
    return undefined;
  }
}
