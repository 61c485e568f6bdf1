import type { ProgramFunction, SampledTime } from '../agent/jobs.ts';
import { type CallTree, callTree, type PointRange } from './callTree.ts';
import type { ReplaySession } from './replaySession.ts';

/** What one function cost in a range; times in milliseconds of processor time, counts of statements. */
export interface FunctionCost {
  function: ProgramFunction;
  calls: number;
  selfMs: number;
  totalMs: number;
  selfStatements: number;
  totalStatements: number;
  /** The first point at which it ran, and the call with the most statements. */
  first: number;
  longest: { statements: number; point: number };
}

export interface Profile {
  /** The most expensive first. */
  functions: FunctionCost[];
  /** Processor time of the range: of functions of the program, and of Node with none of them on the stack. */
  milliseconds: number;
  outsideMs: number;
  /** How many times the stack was looked at. */
  samples: number;
  tree: CallTree;
}

/** A short range is replayed again until there are so many samples, but not more often than this. */
const ENOUGH_SAMPLES = 400;
const MOST_RUNS = 5;

/**
 * Time per function over a range: calls and statements are counted, the same in every replay; milliseconds come from
 * sampling the replay with V8's profiler, so they vary a little.
 */
export async function profile(session: ReplaySession, range: PointRange): Promise<Profile> {
  const tree = await callTree(session, range);
  const runs: SampledTime[] = [];
  for (let samples = 0; samples < ENOUGH_SAMPLES && runs.length < MOST_RUNS; ) {
    const sampled = await sample(session, range);
    runs.push(sampled);
    samples += sampled.samples;
  }
  const functions = tree.costs.map(
    ({ self, total, ...cost }): FunctionCost => ({
      ...cost,
      selfMs: 0,
      totalMs: 0,
      selfStatements: self,
      totalStatements: total,
    }),
  );
  const found = new Map(functions.map((cost) => [keyOf(cost.function), cost]));
  let outsideMs = 0;
  let milliseconds = 0;
  for (const run of runs) {
    outsideMs += run.outside / runs.length;
    for (const { self, total, ...place } of run.functions) {
      milliseconds += self / runs.length;
      const cost = found.get(keyOf(place));
      if (!cost) continue;
      cost.selfMs += self / runs.length;
      cost.totalMs += total / runs.length;
    }
  }
  functions.sort((a, b) => b.selfMs - a.selfMs || b.selfStatements - a.selfStatements);
  return { functions, milliseconds, outsideMs, samples: runs.reduce((sum, run) => sum + run.samples, 0), tree };
}

async function sample(session: ReplaySession, { from, to }: PointRange): Promise<SampledTime> {
  let told: SampledTime = { functions: [], samples: 0, outside: 0 };
  await session.run(
    { kind: 'profile', from, to },
    (message) => {
      if (message.event === 'profile') told = message;
    },
    from,
  );
  return told;
}

const keyOf = ({ path, start }: { path: string; start: number }) => `${start}:${path}`;
