// What recording costs: each program runs plain and recorded by turns, with the pinned Node; CPU time is the process's own.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPinnedNode } from '../runtime/findNode.ts';
import { programPath } from '../runtime/programs.ts';
import { formatOrder } from '../time-travel/recorder/start/order.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const REQUESTS = 15_000;
const node = findPinnedNode().path;
const folder = mkdtempSync(join(tmpdir(), 'apex-bench-'));

const report = `process.on('exit', () => { const { user, system } = process.cpuUsage(); require('fs').writeSync(2, 'cpu ' + (user + system)); });`;
const programs: Record<string, string> = {
  'start and end': '',
  'CPU-bound': `let t = 0; for (let i = 0; i < 3e5; i++) { const o = { id: i, tags: ['a', String(i)], nest: { y: [i, i + 1] } };
    t += JSON.parse(JSON.stringify(o)).nest.y[1]; } class P { constructor(x) { this.x = x; } add(o) { return new P(this.x + o.x); } }
    let p = new P(0); for (let i = 0; i < 3e7; i++) p = p.add(new P(i % 7)); console.log(t, p.x);`,
  'sync fs': `const fs = require('fs'); const f = process.argv[2]; for (let i = 0; i < 20000; i++) { fs.statSync(f); fs.readFileSync(f); }`,
  'fs.promises': `const fs = require('fs/promises'); const f = process.argv[2]; (async () => { for (let i = 0; i < 5000; i++) { await fs.stat(f); await fs.readFile(f); } })();`,
  'http hello': `let n = 0; const s = require('http').createServer((q, r) => { r.end('hello ' + ++n); if (n === ${REQUESTS}) { s.close(); setTimeout(() => process.exit(0), 20); } });
    s.listen(0, '127.0.0.1', () => console.log(s.address().port));`,
};

interface Sample {
  cpu: number;
  wall: number;
  logBytes: number;
}

async function run(script: string, recorded: boolean, serve: boolean): Promise<Sample> {
  const recording = join(folder, 'recording');
  const boundary = ['--expose-internals', '-r', programPath('boundary.cjs')];
  if (recorded) {
    rmSync(recording, { recursive: true, force: true });
    (await import('node:fs')).mkdirSync(recording);
  }
  const began = performance.now();
  const child = spawn(node, [...(recorded ? boundary : []), script, join(folder, 'data')], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      ...(recorded && {
        APEX_BOUNDARY: formatOrder({ mode: 'record', folder: recording, process: 'main', codeCache: folder }),
      }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  if (serve) child.stdout.once('data', (data: Buffer) => load(Number(data.toString())));
  else child.stdout.resume();
  await new Promise((done) => child.once('close', done));
  const wall = performance.now() - began;
  const cpu = Number(/cpu (\d+)/.exec(errors)?.[1]) / 1000;
  return { cpu, wall, logBytes: recorded ? statSync(join(recording, 'main.log')).size : 0 };
}

/** Eight connections, one request after the other on each. */
function load(port: number): void {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  let sent = 0;
  const next = () => {
    if (sent++ >= REQUESTS) return;
    const request = http.get({ port, host: '127.0.0.1', agent }, (response) => response.resume().on('end', next));
    request.on('error', () => agent.destroy());
  };
  for (let i = 0; i < 8; i++) next();
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

writeFileSync(join(folder, 'data'), 'x'.repeat(1000));
console.log(
  '| program | plain CPU ms | recorded CPU ms | ratio | wall ratio | log |\n| --- | --- | --- | --- | --- | --- |',
);
for (const [name, source] of Object.entries(programs)) {
  const script = join(folder, 'program.cjs');
  writeFileSync(script, `${report}\n${source}\n`);
  const plain: Sample[] = [];
  const recorded: Sample[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    plain.push(await run(script, false, name === 'http hello'));
    recorded.push(await run(script, true, name === 'http hello'));
  }
  const [a, b] = [median(plain.map(({ cpu }) => cpu)), median(recorded.map(({ cpu }) => cpu))];
  const wall = median(recorded.map((sample) => sample.wall)) / median(plain.map((sample) => sample.wall));
  const bytes = recorded.at(-1)!.logBytes;
  const log = name === 'http hello' ? `${(bytes / REQUESTS).toFixed(0)} B a request` : `${bytes} B`;
  console.log(`| ${name} | ${a.toFixed(0)} | ${b.toFixed(0)} | ${(b / a).toFixed(2)} | ${wall.toFixed(2)} | ${log} |`);
}
rmSync(folder, { recursive: true, force: true });
