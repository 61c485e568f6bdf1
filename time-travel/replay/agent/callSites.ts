import type { InternalRequire } from './codeHooks.ts';
import type { Scripts } from './scripts.ts';

interface CallSiteObject {
  scriptName: string;
  lineNumber: number;
  /** Node 22 and later have both. */
  column?: number;
  columnNumber?: number;
}

type Location = [line: number, column: number, script: string];

interface UtilBinding {
  getCallerLocation?(): Location | undefined;
  getCallSites?(frames: number): CallSiteObject[];
}

/** The name under which V8 knows this script. */
const AGENT_FILE = 'apex:agent';

/**
 * Node asks its native code where a function was called (`node:test` for a test, `util.getCallSites`): it shall hear the
 * columns of the text as the author wrote it.
 */
export function correctCallSites(load: InternalRequire, scripts: Scripts): void {
  const { internalBinding } = load('internal/test/binding') as { internalBinding(name: 'util'): UtilBinding };
  const util = internalBinding('util');
  const columnOf = (script: string, line: number, column: number): number =>
    (scripts.find(script)?.instrumented.columns.toOriginal(line - 1, column - 1) ?? column - 1) + 1;
  const { getCallSites } = util;
  // Native code counts frames from its caller, which is the function here: it would look one too low.
  if (util.getCallerLocation) {
    util.getCallerLocation = () => {
      const [, caller] = sitesBelow();
      if (!caller) return undefined;
      const [line, script] = [caller.getLineNumber() ?? 0, caller.getScriptNameOrSourceURL() ?? ''];
      return [line, columnOf(script, line, caller.getColumnNumber() ?? 0), script];
    };
  }
  if (getCallSites) {
    util.getCallSites = (frames) =>
      getCallSites(frames + 1)
        .slice(1)
        .map((site) => {
          const column = columnOf(site.scriptName, site.lineNumber, site.columnNumber ?? site.column ?? 0);
          if (site.column !== undefined) site.column = column;
          if (site.columnNumber !== undefined) site.columnNumber = column;
          return site;
        });
  }
}

/** Where Node's function was called that asks, and its callers. */
function sitesBelow(): NodeJS.CallSite[] {
  const holder: { stack?: unknown } = {};
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.captureStackTrace(holder);
  const sites = holder.stack as NodeJS.CallSite[];
  Error.prepareStackTrace = prepareStackTrace;
  return sites.filter((site) => site.getFileName() !== AGENT_FILE);
}
