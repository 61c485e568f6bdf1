import { appendFileSync } from 'node:fs';
import { serveDebugger } from './adapter.ts';

/** The debug adapter as a program of its own, on stdin and stdout. `APEX_DAP_LOG` names a file for all messages. */
const logFile = process.env.APEX_DAP_LOG;
serveDebugger(process.stdin, process.stdout, {
  leave: () => process.exit(0),
  log: logFile ? (line) => appendFileSync(logFile, `${line}\n`) : undefined,
});
