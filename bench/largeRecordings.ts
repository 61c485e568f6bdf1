/**
 * Recordings of large programs: a compilation by `tsc` and a server under load. How long until one is open and has answered,
 * and how long going to a point and stepping back take. `npm run bench -- largeRecordings [REQUESTS]`
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPinnedNode } from '../runtime/findNode.ts';
import { DapClient } from '../test/protocol/debugger/dapClient.ts';
import { recordingLauncher } from '../time-travel/replay/engine/launch.ts';
import { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';

const ROOT = join(import.meta.dirname, '..');
const REQUESTS = Number(process.argv[2] ?? 100_000);
const MODULES = 20;
const GOTOS = 40;
const STEPS = 20;
/** A person looks at what a session shows first; meanwhile it leaves checkpoints. */
const LOOKS_MS = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'apex-large-'));
const row = (what: string, figure: string) => console.log(`| ${what} | ${figure} |`);
const percentile = (values: number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;
const spread = (values: number[]) =>
  `median ${percentile(values, 0.5).toFixed(0)} ms, p95 ${percentile(values, 0.95).toFixed(0)} ms`;

async function timed(action: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await action();
  return performance.now() - begun;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function recordWords(name: string, words: string[]): string[] {
  const apex = [join(ROOT, 'bin/apex'), 'record', '--node', findPinnedNode().path];
  return [...apex, '--out', join(folder, name), '--', ...words];
}

/** A program of some modules with types that depend on each other. */
function writeProject(): string {
  const project = join(folder, 'project');
  mkdirSync(project);
  for (let i = 0; i < MODULES; i++) {
    const uses =
      i > 0 ? `import { type T${i - 1}, f${i - 1} } from './m${i - 1}.js';` : 'interface First { a: number }';
    const base = i > 0 ? `T${i - 1}` : 'First';
    const text = `${uses}
export interface T${i} extends Partial<${base}> { b${i}: string[]; c${i}: Map<string, ${base}> }
export const f${i} = (x: T${i}): string => x.b${i}.map((y, at) => y + at).join() + [...x.c${i}.keys()]${i > 0 ? ` + f${i - 1}` : ''};`;
    writeFileSync(join(project, `m${i}.ts`), text);
  }
  const options = { target: 'es2022', module: 'nodenext', strict: true, noEmit: true, types: [] };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  return project;
}

async function compilation(): Promise<void> {
  const tsc = join(ROOT, 'node_modules/typescript/lib/tsc.js');
  execFileSync(process.execPath, recordWords('tsc', [tsc, '-p', writeProject()]), { stdio: 'inherit' });
  const begun = performance.now();
  const session = await ReplaySession.open(recordingLauncher(join(folder, 'tsc'), []));
  const last = session.end.point;
  row(
    `opening a compilation by tsc, ${(last / 1e6).toFixed(0)} million statements`,
    seconds(performance.now() - begun),
  );
  await new Promise((resolve) => setTimeout(resolve, LOOKS_MS));
  const points = Array.from({ length: GOTOS }, () => 1 + Math.floor(Math.random() * last));
  const toStack: number[] = [];
  const toScopes: number[] = [];
  for (const [at, point] of points.entries()) {
    if (at % 2) toStack.push(await timed(() => session.arriveAt(point)));
    else toScopes.push(await timed(() => session.pauseAt(point)));
  }
  session.close();
  row('going to any of its points, until the stack is there', spread(toStack));
  row('going to any of its points, until the scopes are there', spread(toScopes));
  await stepsBack(last);
}

async function stepsBack(last: number): Promise<void> {
  const client = new DapClient();
  await client.launch({ recording: join(folder, 'tsc') });
  await client.event('stopped');
  await client.send('apex/goToPoint', { point: String(Math.floor(last / 2)) });
  await client.event('stopped');
  const times: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    times.push(
      await timed(async () => {
        await client.send('stepBack', { threadId: 1 });
        await client.event('stopped');
      }),
    );
    await client.send('stackTrace', { threadId: 1 });
  }
  await client.close();
  row('Step Back in its middle, request to stopped', spread(times));
}

const server = `let n = 0; const s = require('http').createServer((q, r) => { n++; const body = JSON.stringify({ n, at: Date.now(), url: q.url });
r.setHeader('content-type', 'application/json'); r.end(body); if (n === ${REQUESTS}) { s.close(); s.closeAllConnections(); } });
s.listen(0, '127.0.0.1', () => console.log(s.address().port));`;

async function serve(): Promise<void> {
  const script = join(folder, 'server.cjs');
  writeFileSync(script, server);
  const words = recordWords('server', [script]);
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (text) => resolve(Number(text))));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 20 });
  const once = (path: string) =>
    new Promise<void>((resolve) => {
      const request = http.get({ host: '127.0.0.1', port, path, agent }, (response) => {
        response.resume();
        response.once('close', resolve);
      });
      // The server is done when its last answer is on its way.
      request.once('error', () => resolve());
    });
  let asked = 0;
  const client = async () => {
    while (asked < REQUESTS) await once(`/${asked++}`);
  };
  await Promise.all(Array.from({ length: 20 }, client));
  await ended;
  const begun = performance.now();
  const session = await ReplaySession.open(recordingLauncher(join(folder, 'server'), []));
  row(`opening the recording of ${REQUESTS} requests`, seconds(performance.now() - begun));
  const first = await timed(async () => {
    await session.pauseAt(Math.floor(session.end.point / 2));
  });
  row('its first question', seconds(first));
  session.close();
}

console.log('| what | figure |\n| --- | --- |');
await compilation();
await serve();
rmSync(folder, { recursive: true });
