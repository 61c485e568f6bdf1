import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { toErrorReport } from '../protocol/errors.ts';
import { type RecordOrder, type TerminalNews, terminalOrderSchema } from '../protocol/terminalRecording.ts';
import { exitCodeOf, recordProgram } from '../time-travel/recording/recordProgram.ts';
import { endProgram, freezeProgram } from './endProgram.ts';
import { jsonLine, readJsonLines } from './jsonLines.ts';
import { programEnvironment } from './programEnvironment.ts';

/**
 * The program that a debug session has the client run in a terminal: it asks the session over the socket of its only
 * argument what to record, and leaves the terminal to the program. When the session goes away, so does the program.
 */
const PATIENCE = 2000;

let child: ChildProcess | undefined;
let over = false;
const socket = connect(process.argv[2] ?? '');
const tell = (news: TerminalNews) => socket.writable && socket.write(jsonLine(news));

socket.on('error', () => {
  if (child || over) return;
  process.stderr.write('apex: the debug session that wanted a program to run here has ended.\n');
  process.exitCode = 1;
});
socket.on('close', () => {
  if (child && !over) endProgram(child, PATIENCE);
});
readJsonLines(socket, terminalOrderSchema, (order) => {
  if (order.kind === 'record') void record(order);
  else if (!child || over) return;
  else if (order.kind === 'stop') endProgram(child, order.patience);
  else freezeProgram(child, order.still);
});

async function record({ out, words, node, cwd, env }: RecordOrder): Promise<void> {
  let exitCode = 1;
  try {
    const run = await recordProgram({
      out,
      words,
      node,
      cwd,
      env: programEnvironment(env),
      start(program, all, options) {
        child = spawn(program, all, options);
        child.once('spawn', () => tell({ kind: 'begun', pid: child?.pid, recorder: process.pid }));
        return child;
      },
    });
    over = true;
    tell({ kind: 'ended', ...run });
    await told();
    exitCode = exitCodeOf(run);
  } catch (error) {
    const report = toErrorReport(error);
    over = true;
    process.stderr.write(`apex: ${report.message}\n`);
    tell(child?.pid === undefined ? { kind: 'failed', ...report } : { kind: 'ended', problem: report.message });
    await told();
  }
  process.exit(exitCode);
}

function told(): Promise<void> {
  return new Promise((resolve) => {
    if (socket.writable) socket.end(resolve);
    else resolve();
  });
}
