import type { Agent } from './agent.ts';
import { type Moment, MomentFlag } from './jobs.ts';
import { programSites } from './programStack.ts';
import { nextStop } from './visits.ts';

/**
 * Describes each point of a range: how many of the program's calls are on the stack, and which stop is on top.
 * Costs microseconds a point, so ranges are short.
 */
export function describeWindow(agent: Agent, from: number, to: number): void {
  const moments: Moment[] = [];
  const { points } = agent;
  const finish = () => {
    agent.channel.send({ event: 'window', from, moments });
    agent.exit(0);
  };
  agent.atEnd = finish;
  const describe = () => {
    moments.push(points.outsideTime(() => describeMoment(agent)));
    if (points.now < to) points.stopAt(points.now + 1, describe);
    else finish();
  };
  points.stopAt(from, describe);
}

function describeMoment(agent: Agent): Moment {
  const sites = programSites(agent);
  const [top] = sites;
  if (!top) return [0, -1, 0, 0, 0, 0];
  const { stops, columns } = top.script.instrumented;
  const line = top.site.getLineNumber()! - 1;
  const column = columns.toOriginal(line, top.site.getColumnNumber()! - 1);
  const stop = stops[nextStop(stops, line, column) ?? -1];
  if (!stop) return [sites.length, top.script.id, line, column, 0, 0];
  const resumed = top.script.instrumented.resumed.has(stop.function);
  const flags =
    (stop.entry ? MomentFlag.entry : 0) |
    (stop.suspends ? MomentFlag.suspends : 0) |
    (resumed ? MomentFlag.resumed : 0);
  return [sites.length, top.script.id, line, column, flags, stop.function];
}
