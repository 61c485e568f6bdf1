/** A long debug session: memory of the adapter, and processes that it holds, before and after many journeys. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient } from '../test/protocol/debugger/dapClient.ts';

const JOURNEYS = Number(process.argv[2] ?? 2000);
const shop = join(import.meta.dirname, '../examples/shop/day.ts');

/** Resident memory in MB. */
const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

function childrenOf(pid: number): number {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n').length;
  } catch {
    return 0; // None.
  }
}

const client = new DapClient();
await client.launch({ program: shop, onBreakpoint: 'later' });
await client.event('stopped');
const { pid } = client;
const measure = () => ({ memory: memoryOf(pid), processes: childrenOf(pid) });
const moves = ['stepBack', 'next', 'stepIn', 'stepOut', 'apex/reverseStepOut', 'apex/reverseStepInto'];
let first: ReturnType<typeof measure> | undefined;
for (let journey = 0; journey < JOURNEYS; journey++) {
  if (journey === Math.floor(JOURNEYS / 10)) first = measure();
  const move = moves[journey % (moves.length + 1)];
  const [command, args] = move ? [move, { threadId: 1 }] : ['apex/goToPoint', { point: `${(journey * 7919) % 100}%` }];
  await client.send(command, args);
  await client.event('stopped');
  const { body } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
  const frameId = body.stackFrames[0]!.id;
  const { body: scopes } = await client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
  await client.send('variables', { variablesReference: scopes.scopes[0]!.variablesReference });
  await client.send('evaluate', { expression: '[1, 2].push(3)', frameId, context: 'repl' });
  // What a client keeps is not the adapter's.
  client.said.length = 0;
}
const last = measure();
console.log('| what | figure |\n| --- | --- |');
console.log(
  `| debug adapter after ${Math.floor(JOURNEYS / 10)} and ${JOURNEYS} journeys with stack, variables and an evaluation | ${first!.memory.toFixed(0)} MB, ${last.memory.toFixed(0)} MB; child processes ${first!.processes}, ${last.processes} |`,
);
await client.close();
