import type { Agent } from './agent.ts';
import { beforeEnd } from './beforeEnd.ts';
import type { SeenException } from './jobs.ts';

interface FatalProcess {
  _fatalException(error: unknown, fromPromise: boolean): boolean;
}

/**
 * Reports every exception of the replay. Which of them were never caught is not V8's prediction, which is wrong for
 * promises, but what happened: those that reached Node's handler of uncaught errors.
 */
export function collectExceptions(agent: Agent): void {
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
