/** A long debug session: memory of the adapter, number and memory of its replay processes, along many journeys. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient } from '../test/protocol/debugger/dapClient.ts';

const JOURNEYS = Number(process.argv[2] ?? 3000);
const LOOKS = 6;
const shop = join(import.meta.dirname, '../examples/shop/day.ts');
/** Processes of the session have it in their environment, also those whose parents are gone. */
const MARK = `APEX_LONG_SESSION=${process.pid}`;

/** A line of a file of `/proc` in kB, as MB. */
function megabytes(path: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(path, 'utf8'))?.[1] ?? 0) / 1024;
}

/** How many replay processes there are, and the MB that they have: shared ones count once. */
function replays(adapter: number): { processes: number; memory: number } {
  const sum = { processes: 0, memory: 0 };
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== adapter)) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(MARK)) continue;
      sum.memory += megabytes(`/proc/${pid}/smaps_rollup`, 'Pss');
      sum.processes++;
    } catch {
      // It has just ended, or is another user's.
    }
  }
  return sum;
}

const [name, value] = MARK.split('=') as [string, string];
const client = new DapClient({ [name]: value });
await client.launch({ program: shop, onBreakpoint: 'later' });
await client.event('stopped');
const moves = ['stepBack', 'next', 'stepIn', 'stepOut', 'apex/reverseStepOut', 'apex/reverseStepInto'];
console.log('| journeys | debug adapter, MB | replay processes | their memory, MB |\n| --- | --- | --- | --- |');
for (let journey = 1; journey <= JOURNEYS; journey++) {
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
  if (journey % Math.ceil(JOURNEYS / LOOKS) === 0) {
    const { processes, memory } = replays(client.pid);
    const own = megabytes(`/proc/${client.pid}/status`, 'VmRSS');
    console.log(`| ${journey} | ${own.toFixed(0)} | ${processes} | ${memory.toFixed(0)} |`);
  }
}
await client.close();
