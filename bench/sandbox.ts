// Sandboxes beside other ways to run a piece of JavaScript apart: node:vm, a worker thread, a child process, QuickJS, workerd.
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createContext, runInContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { getQuickJS } from 'quickjs-emscripten';
import type { Outcome, StartParams } from '../protocol/sandbox.ts';
import { bridgeSpecSchema } from '../protocol/sandboxBridge.ts';
import type { Sandbox } from '../sandbox-host/supervisor/sandbox.ts';
import { Supervisor } from '../sandbox-host/supervisor/supervisor.ts';
import { measure, print } from './measure/percentiles.ts';
import { measureWorkerd } from './peers/workerd.ts';

const JOB = '[1, 2, 3].map((n) => n * n).reduce((a, b) => a + b)';
const folder = mkdtempSync(join(tmpdir(), 'apex-bench-'));
process.env.APEX_AUDIT_LOG = join(folder, 'audit');

const endings = new Map<string, (outcome: Outcome) => void>();
const supervisor = new Supervisor({
  output: () => {},
  changed: () => {},
  stateChanged: () => {},
  ended: (id, outcome) => endings.get(id)?.(outcome),
});

function program(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

async function runToEnd(params: StartParams): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const sandbox = await supervisor.start(params);
  endings.set(sandbox.plan.id, resolve);
  return promise;
}

async function keep(
  source: string,
  name = 'kept.js',
  mode: 'hybrid' | 'development' = 'development',
): Promise<Sandbox> {
  const sandbox = await supervisor.start({ file: program(name, source), mode, keep: true });
  while (sandbox.info.status !== 'idle') await sleep(1);
  return sandbox;
}

/** A message to a thread or process and its answer. */
function roundTrip(peer: Worker | ChildProcess): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  (peer as NodeJS.EventEmitter).once('message', resolve);
  if (peer instanceof Worker) peer.postMessage(JOB);
  else peer.send(JOB);
  return promise;
}

async function peers(): Promise<void> {
  const context = createContext({});
  print('node:vm, new context', await measure(200, () => runInContext(JOB, createContext({}))));
  print('node:vm, warm', await measure(2000, () => runInContext(JOB, context)));
  const answering = `require('node:worker_threads').parentPort.on('message', (job) => require('node:worker_threads').parentPort.postMessage(eval(job)))`;
  const coldThread = async () => {
    const worker = new Worker(answering, { eval: true });
    await roundTrip(worker);
    await worker.terminate();
  };
  print('worker thread, new', await measure(20, coldThread));
  const worker = new Worker(answering, { eval: true });
  await roundTrip(worker);
  print('worker thread, warm', await measure(2000, () => roundTrip(worker)));
  await worker.terminate();
  const child = program('child.cjs', `process.on('message', (job) => process.send(eval(job)))`);
  const coldChild = async () => {
    const process = fork(child);
    await roundTrip(process);
    process.kill();
  };
  print('child process, new', await measure(20, coldChild));
  const warmChild = fork(child);
  await roundTrip(warmChild);
  print('child process, warm', await measure(2000, () => roundTrip(warmChild)));
  warmChild.kill();
  const quickjs = await getQuickJS();
  print('quickjs-emscripten, new context', await measure(200, () => quickjs.evalCode(JOB)));
  const vm = quickjs.newContext();
  print('quickjs-emscripten, warm', await measure(2000, () => vm.unwrapResult(vm.evalCode(JOB)).dispose()));
  vm.dispose();
}

/** Without the way to the worker and back; isolated-vm needs the flag. */
function insideWorker(): void {
  const script = join(import.meta.dirname, 'measure/insideWorker.ts');
  spawnSync(process.execPath, ['--no-node-snapshot', script, JOB], { stdio: 'inherit' });
}

async function sandboxes(): Promise<void> {
  const { osSandbox } = await supervisor.status();
  console.log(`Apex, OS sandbox: ${osSandbox.kind}`);
  const file = program('job.js', `export default ${JOB};`);
  print(
    'sandbox, isolation: own process, start to end',
    await measure(15, () => runToEnd({ file, mode: 'isolation' })),
  );
  const first = await keep('');
  print(
    'sandbox, development: shared process, start to end',
    await measure(50, () => runToEnd({ file, mode: 'development' })),
  );
  print('sandbox, warm: one expression, end to end', await measure(1000, () => first.evaluate(JOB)));
  const started = performance.now();
  const calls = 20_000;
  let left = calls;
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      while (left-- > 0) await first.evaluate(JOB);
    }),
  );
  console.log(
    `sandbox, warm: 40 at a time                                ${Math.round((calls / (performance.now() - started)) * 1000)} expressions/s`,
  );
}

async function stateAndIdle(): Promise<void> {
  const keys = Array.from({ length: 1000 }, (_, at) => `k${at}: ${at}`).join();
  const big = await keep(
    `import { state } from 'apex'; const s = state('s', { ${keys} }); globalThis.bump = () => { for (const k in s) s[k]++ };`,
    'big.js',
  );
  print(
    'state of 1,000 keys, all changed: read',
    await measure(100, async () => {
      await big.evaluate('bump()');
      await big.readState();
    }),
  );
  const kept = [big];
  for (let at = 0; at < 20; at++)
    kept.push(await keep(`import { state } from 'apex'; state('s', { n: ${at} });`, `r${at}.js`, 'hybrid'));
  const count = Number(process.argv[2] ?? 200);
  const before = supervisor.workerMemoryMb;
  const started = performance.now();
  for (let at = 0; at < count; at++) await keep('', 'idle.js');
  const took = performance.now() - started;
  await sleep(500);
  const each = (supervisor.workerMemoryMb - before) / count;
  console.log(
    `${count} idle sandboxes in development: ${(took / count).toFixed(1)} ms and ${each.toFixed(2)} MiB each, ${supervisor.list().length} listed`,
  );
}

/** From a change of 1,000 keys in one sandbox to the last of them in another, over an eager bridge. */
async function bridge(): Promise<void> {
  const keys = Array.from({ length: 1000 }, (_, at) => `k${at}: ${at}`).join();
  const from = await keep(
    `import { state } from 'apex'; const s = state('s', { ${keys} }); globalThis.bump = () => { for (const k in s) s[k]++; return s.k999; };`,
    'from.js',
  );
  const to = await keep(`import { state } from 'apex'; state('s', {});`, 'to.js');
  const end = (sandbox: Sandbox) => ({ sandbox: sandbox.plan.id, state: 's' });
  await supervisor.bridges.open(bridgeSpecSchema.parse({ from: end(from), to: end(to) }));
  const carried = () => supervisor.bridges.list().at(-1)!.carried;
  const once = async () => {
    const before = carried();
    await from.evaluate('bump()');
    while (carried() < before + 1000) await new Promise(setImmediate);
  };
  await measure(20, once);
  print('bridge: 1,000 keys changed, until the other sandbox has them', await measure(200, once));
}

/** From the loss of a worker with 20 sandboxes to the last of them going on from its state. */
async function restore(): Promise<void> {
  const start = async (name: string, source: string) => {
    const params = { file: program(name, source), mode: 'hybrid' as const, keep: true, limits: { turnMs: 300 } };
    const sandbox = await supervisor.start(params);
    await sandbox.ran;
    return sandbox;
  };
  const stay: Sandbox[] = [];
  const stuck = await start('stuck.js', '');
  for (let at = 0; at < 19; at++)
    stay.push(await start(`s${at}.js`, `import { state } from 'apex'; state('s', { n: ${at} });`));
  await sleep(300);
  // A native operation that no isolate can be taken out of: its worker is ended, and it is known who did it.
  stuck.evaluate(`const n = 1n << 40_000_000n; for (let i = 3n; ; i++) n * (n / i)`).catch(() => {});
  while (!stay.some(({ info }) => info.restarts > 0)) await new Promise(setImmediate);
  const started = performance.now();
  while (stay.some(({ info }) => info.status !== 'idle')) await new Promise(setImmediate);
  console.log(
    `restore of 19 sandboxes after their worker was lost         ${(performance.now() - started).toFixed(0)} ms`,
  );
  for (const sandbox of stay) sandbox.stop();
}

try {
  await peers();
  await measureWorkerd({ source: JOB, expected: '14' });
  insideWorker();
  await sandboxes();
  await bridge();
  await restore();
  await stateAndIdle();
} finally {
  supervisor.close();
  rmSync(folder, { recursive: true, force: true });
}
