import type { Agent } from './agent.ts';
import type { ReplayedScript } from './scripts.ts';

export interface ProgramSite {
  script: ReplayedScript;
  site: NodeJS.CallSite;
}

/** The program's own calls on the stack, innermost first, among the nearest `limit` frames of any kind. */
export function programSites(agent: Agent, limit: number = Number.POSITIVE_INFINITY): ProgramSite[] {
  const found: ProgramSite[] = [];
  for (const site of stackSites(limit)) {
    const script = agent.scripts.find(site.getFileName());
    if (script) found.push({ script, site });
  }
  return found;
}

/** The nearest `limit` calls of any kind, innermost first. */
export function stackSites(limit: number): NodeJS.CallSite[] {
  const holder: { stack?: unknown } = {};
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = limit;
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.captureStackTrace(holder);
  const sites = holder.stack as NodeJS.CallSite[];
  Error.stackTraceLimit = stackTraceLimit;
  Error.prepareStackTrace = prepareStackTrace;
  return sites;
}
