import type { Agent } from './agent.ts';
import { beforeEnd } from './beforeEnd.ts';
import type { FollowedExceptions, SeenException } from './jobs.ts';

interface FatalProcess {
  _fatalException(error: unknown, fromPromise: boolean): boolean;
}

/**
 * Reports every exception of the replay. Which of them were never caught is not V8's prediction, which is wrong for
 * promises, but what happened: those that reached Node's handler of uncaught errors.
 */
export function collectExceptions(agent: Agent): void {
  const { seen, thrown } = watchThrown(agent);
  onUncaught(agent, (error) => {
    const index = thrown.lastIndexOf(error);
    if (index >= 0) seen[index]!.uncaught = true;
  });
  beforeEnd(agent, () => {
    for (let start = 0; start < seen.length; start += 1000) {
      agent.channel.send({ event: 'exceptions', exceptions: seen.slice(start, start + 1000) });
    }
  });
}

/** The program still runs: tells of exceptions as they come. */
export function followExceptions(agent: Agent, which: FollowedExceptions): void {
  let told = 0;
  if (which === 'all') {
    const { seen } = watchThrown(agent);
    agent.onWait(() => {
      if (seen.length > told) agent.channel.send({ event: 'exceptions', exceptions: seen.slice(told) });
      told = seen.length;
    });
    return;
  }
  onUncaught(agent, (error) => {
    const description = agent.points.outsideTime(() => firstLine(error));
    agent.channel.send({ event: 'exceptions', exceptions: [{ point: agent.points.now, uncaught: true, description }] });
  });
}

function firstLine(error: unknown): string {
  try {
    return String((error as Error | undefined)?.stack ?? error).split('\n')[0]!;
  } catch {
    return 'an object without a text';
  }
}

/** Every exception, with what was thrown, where V8's debugger notices it. */
function watchThrown(agent: Agent): { seen: SeenException[]; thrown: unknown[] } {
  const seen: SeenException[] = [];
  const thrown: unknown[] = [];
  agent.pause.onException(agent.probes, agent.scripts, (description, value) => {
    const last = seen.length - 1;
    // An error that is thrown on by each `finally` and `await` is one error, thrown where it was first.
    if (last >= 0 && isObject(value) && thrown.includes(value)) return;
    if (seen[last]?.point === agent.points.now && seen[last]?.description === description) return;
    seen.push({ point: agent.points.now, uncaught: false, description });
    thrown.push(value);
  });
  return { seen, thrown };
}

/** Node's native code calls `process._fatalException` for an error that nothing caught. */
function onUncaught(agent: Agent, tell: (error: unknown) => void): void {
  const target = agent.realm.process as unknown as FatalProcess;
  const original = target._fatalException;
  target._fatalException = (error, fromPromise) => {
    tell(error);
    return Reflect.apply(original, target, [error, fromPromise]) as boolean;
  };
}

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
