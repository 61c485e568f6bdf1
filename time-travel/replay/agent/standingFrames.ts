import type { Agent } from './agent.ts';
import type { Frame } from './jobs.ts';
import { stackSites } from './programStack.ts';

/**
 * The calls on the stack, innermost first, as `Debugger.paused` will give them, but without what only the debugger
 * knows: there are no scopes yet. V8 takes a tenth of a second to find these in a script of megabytes, and this a
 * millisecond.
 */
export function standingFrames(agent: Agent): Frame[] {
  const frames: Frame[] = [];
  for (const site of stackSites(Number.POSITIVE_INFINITY)) {
    const url = site.getFileName() ?? site.getScriptNameOrSourceURL() ?? '';
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    // What V8 itself does (`Array.prototype.map`), and who waits for a promise.
    if (!line || !column || site.isNative() || isWaiting(site)) continue;
    const script = agent.scripts.find(url);
    const path = script?.path ?? agent.scripts.pathOf(url);
    if ((!frames.length && !script) || agent.ownFiles.includes(path)) continue;
    frames.push({
      name: nameOf(site),
      path,
      line: line - 1,
      column: script ? script.instrumented.columns.toOriginal(line - 1, column - 1) : column - 1,
      program: script !== undefined,
      callFrameId: '',
      scriptId: '',
      scopes: [],
    });
  }
  return frames;
}

const isWaiting = (site: NodeJS.CallSite): boolean => (site as NodeJS.CallSite & { isAsync(): boolean }).isAsync();

/** The text of an `eval` has no name of its own. */
const nameOf = (site: NodeJS.CallSite): string => {
  const name = site.getFunctionName() ?? '';
  return name === 'eval' && site.isEval() ? '' : name;
};
