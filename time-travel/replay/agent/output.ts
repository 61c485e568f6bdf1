import type { Agent } from './agent.ts';
import { beforeEnd } from './beforeEnd.ts';
import type { Output, ScriptSummary } from './jobs.ts';

/** Reports what the program prints, and when, up to its end. Gives what tells at once what is not told yet. */
export function collectOutput(agent: Agent, onOutput: (output: Output) => void = () => {}): () => void {
  let outputs: Output[] = [];
  let times: [number, number][] = [];
  const flush = () => {
    if (outputs.length) agent.channel.send({ event: 'outputs', outputs });
    if (times.length) agent.channel.send({ event: 'times', times });
    outputs = [];
    times = [];
  };
  agent.onWait(flush);
  const decoder = new TextDecoder();
  agent.boundary.onOutput((fd, bytes) => {
    const output = { point: agent.points.now, fd, text: decoder.decode(bytes) };
    outputs.push(output);
    if (outputs.length >= 1000) flush();
    onOutput(output);
  });
  agent.boundary.onTime((milliseconds) => {
    const point = agent.points.now;
    if (times.at(-1)?.[0] === point) return;
    times.push([point, milliseconds]);
    if (times.length >= 5000) flush();
  });
  beforeEnd(agent, () => {
    flush();
    const scripts = agent.scripts.all.map(
      ({ id, path, instrumented, sourceMap }): ScriptSummary => ({
        id,
        path,
        stops: instrumented.stops.length,
        sourceMap,
      }),
    );
    agent.channel.send({ event: 'scripts', scripts });
  });
  return flush;
}
