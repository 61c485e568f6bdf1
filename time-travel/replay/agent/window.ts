import type { Agent } from './agent.ts';
import { type Moment, MomentFlag } from './jobs.ts';
import type { ReplayedScript } from './scripts.ts';
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
  const holder: { stack?: unknown } = {};
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.captureStackTrace(holder);
  const sites = holder.stack as NodeJS.CallSite[];
  Error.stackTraceLimit = stackTraceLimit;
  Error.prepareStackTrace = prepareStackTrace;
  let depth = 0;
  let top: { script: ReplayedScript; site: NodeJS.CallSite } | undefined;
  for (const site of sites) {
    const script = agent.scripts.find(site.getFileName());
    if (!script) continue;
    depth++;
    top ??= { script, site };
  }
  if (!top) return [depth, -1, 0, 0, 0, 0];
  const { stops, columns } = top.script.instrumented;
  const line = top.site.getLineNumber()! - 1;
  const column = columns.toOriginal(line, top.site.getColumnNumber()! - 1);
  const stop = stops[nextStop(stops, line, column) ?? -1];
  const flags = (stop?.entry ? MomentFlag.entry : 0) | (stop?.suspends ? MomentFlag.suspends : 0);
  return [depth, top.script.id, line, column, flags, stop?.function ?? 0];
}
