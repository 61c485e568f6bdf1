import type { Program } from 'acorn';
import { callEnds, goesOn } from '../instrument/callProbes.ts';
import { positionAt } from '../instrument/columnMap.ts';
import { findNamedFunctions } from '../instrument/functionNames.ts';
import { CALL_BEGINS } from '../instrument/probeText.ts';
import type { Agent } from './agent.ts';
import { type Call, CallCounter } from './callCounter.ts';
import type { ProgramFunction } from './jobs.ts';
import type { CallTracker } from './scripts.ts';

/**
 * Counts the calls of the program and their statements. Each call knows itself, so that calls that are left and go on
 * (`await`, generators) are counted where they were called, and one that was left by an exception ends when its caller
 * goes on. What a turn of the event loop calls has no caller.
 */
export function collectCalls(
  agent: Agent,
  { from, to, mostPaths }: { from: number; to: number; mostPaths: number },
): void {
  const { points, probes } = agent;
  const functions: ProgramFunction[] = [];
  const counter = new CallCounter(from, to, mostPaths);
  const tell = () => {
    counter.endAll(points.now);
    agent.channel.send({ event: 'calls', functions, ...counter.answer() });
    agent.channel.send({ event: 'end', point: points.now });
    agent.exit(0);
  };
  agent.track = trackAllCalls(functions);
  const { calls } = probes;
  probes.onCalls(
    (number) => {
      const point = points.now;
      if (point > to) tell();
      const call = counter.begin(number, point);
      calls.top = call;
      return call;
    },
    (call, value) => {
      counter.end(call as Call, points.now);
      calls.top = counter.top;
      return value;
    },
    (call, value, atStatement) => {
      // The statement has been counted, and belongs to the call that goes on.
      counter.goOn(call as Call, atStatement ? points.now - 1 : points.now);
      calls.top = counter.top;
      return value;
    },
  );
  const newTurn = () => {
    if (counter.top === undefined) return;
    counter.endAll(points.now);
    calls.top = undefined;
  };
  agent.boundary.onCrossing({ call() {}, event: newTurn, turn: newTurn });
  points.visitAt(to + 1, () => tell() as never);
  agent.atEnd = tell;
}

/** Every function of every script keeps its calls; `functions` gets their places in the order of their numbers. */
function trackAllCalls(functions: ProgramFunction[]): CallTracker {
  return ({ path }, instrumented) => {
    const calls = new Map<number, string>();
    const first = functions.length;
    instrumented.functions.forEach(({ start }, index) => {
      calls.set(index, `${CALL_BEGINS}(${first + index})`);
      functions.push({ path, start, line: 0, column: 0 });
    });
    return {
      calls,
      visit: (stop) => (stop.entry ? undefined : goesOn),
      findWrites: (program: Program, starts: number[]) => {
        const names = new Map(findNamedFunctions(program).map(({ start, names }) => [start, names.at(-1)]));
        instrumented.functions.forEach(({ start }, index) => {
          const name = index === 0 ? undefined : names.get(start);
          const found = functions[first + index]!;
          Object.assign(
            found,
            positionAt(starts, start),
            name !== undefined && { name },
            index === 0 && { isFile: true },
          );
        });
        return callEnds(program);
      },
    };
  };
}
