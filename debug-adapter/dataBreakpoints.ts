import type { DebugProtocol } from '@vscode/debugprotocol';
import * as z from 'zod';
import { ApexError, toErrorReport } from '../protocol/errors.ts';
import type { WriteQuestion } from '../time-travel/replay/agent/jobs.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import { parseWriteTarget } from '../time-travel/replay/engine/writeTarget.ts';

/** What a data breakpoint watches: what an expression meant at a point in a frame of the program (0: the innermost). */
const watchedSchema = z.object({
  point: z.number().int().min(1),
  frame: z.number().int().min(0),
  expression: z.string(),
});
export type Watched = z.infer<typeof watchedSchema>;

export interface KnownData {
  id: number;
  dataId: string;
  watched: Watched | undefined;
  /** What is looked for, once the recording has told which object it is. */
  question?: WriteQuestion;
  hits?: number[];
  problem?: string;
}

/** Ids of their own, above those of breakpoints in sources. */
const FIRST_ID = 1_000_000;

export const formatDataId = (watched: Watched): string => JSON.stringify(watched);

/** Its writes can be looked for: it is a variable, a property or an entry. */
export function canBeWritten(expression: string): boolean {
  try {
    parseWriteTarget(expression);
    return true;
  } catch {
    return false;
  }
}

/** The editor's form of one. */
export function dataToDap({ id, hits, problem }: KnownData): DebugProtocol.Breakpoint {
  if (problem !== undefined) return { id, verified: false, reason: 'failed', message: problem };
  if (!hits)
    return {
      id,
      verified: false,
      reason: 'pending',
      message: 'How often it holds is known in the past: press Pause or Stop.',
    };
  if (!hits.length)
    return { id, verified: false, reason: 'failed', message: 'Nothing in the recorded program writes it.' };
  const times = hits.length === 1 ? 'once' : `${hits.length.toLocaleString('en-US')} times`;
  return { id, verified: true, message: `Written ${times} in the recording.` };
}

/** Breakpoints on values: each stops at the statements that write, in either direction. */
export class DataBreakpoints {
  #known: KnownData[] = [];
  #next = FIRST_ID;

  set(dataIds: string[]): readonly KnownData[] {
    this.#known = dataIds.map(
      (dataId) =>
        this.#known.find((known) => known.dataId === dataId) ?? { id: this.#next++, dataId, watched: parse(dataId) },
    );
    return this.#known;
  }

  get all(): readonly KnownData[] {
    return this.#known;
  }

  async resolve(session: ReplaySession): Promise<void> {
    for (const known of this.#known) {
      if (known.hits || known.problem) continue;
      try {
        if (!known.watched) throw new ApexError('wrong-arguments', 'This is no data breakpoint of Apex.');
        const { point, frame, expression } = known.watched;
        known.question = await session.writes.question(point, frame, expression);
        known.hits = (await session.writes.of(point, frame, expression)).writes.map((write) => write.point);
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
    return watchedSchema.parse(JSON.parse(dataId));
  } catch {
    return undefined;
  }
}
