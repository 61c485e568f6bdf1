/** Replay: hot loops with probes against the same loops without, going to any point, and stepping back through the adapter. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DapClient } from '../test/protocol/debugger/dapClient.ts';
import { plainLauncher } from '../time-travel/replay/engine/launch.ts';
import { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';

const ROUNDS = 5;
const GOTOS = 60;
const STEPS = 30;
const loops = join(import.meta.dirname, 'programs/hotLoops.cjs');
const shop = join(import.meta.dirname, '../examples/shop/day.ts');

type Times = Record<string, number>;
const median = (values: number[]) => percentile(values, 0.5);
const percentile = (values: number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;
const row = (what: string, figure: string) => console.log(`| ${what} | ${figure} |`);

async function hotLoops(): Promise<void> {
  const plain: Times[] = [];
  const replayed: Times[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(JSON.parse(execFileSync(process.execPath, [loops], { encoding: 'utf8' })) as Times);
    const session = await ReplaySession.open(plainLauncher(process.execPath, loops), { fork: false });
    replayed.push(JSON.parse(session.index.outputs.at(-1)!.text) as Times);
    session.close();
  }
  for (const name of Object.keys(plain[0]!)) {
    const [without, probed] = [plain, replayed].map((times) => median(times.map((one) => one[name]!)));
    row(`replay with probes, hot loop "${name}"`, `${(probed! / without!).toFixed(2)}x (${without!.toFixed(0)} ms)`);
  }
}

async function gotoAnyPoint(scale: string): Promise<void> {
  const begun = performance.now();
  const session = await ReplaySession.open(plainLauncher(process.execPath, loops, [scale]));
  const opened = performance.now() - begun;
  const times: number[] = [];
  for (let i = 0; i < GOTOS; i++) {
    const point = 1 + Math.floor(Math.random() * session.end.point);
    const asked = performance.now();
    await session.pauseAt(point);
    times.push(performance.now() - asked);
  }
  const statements = (session.end.point / 1e6).toFixed(0);
  session.close();
  row(`opening a run of ${statements} million statements`, `${(opened / 1000).toFixed(1)} s`);
  row(
    `going to any of its points (${statements} million)`,
    `median ${median(times).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms`,
  );
}

async function stepBack(): Promise<void> {
  const client = new DapClient();
  const begun = performance.now();
  await client.launch({ program: shop });
  await client.event('stopped');
  row('F5 on the example to the first stop', `${((performance.now() - begun) / 1000).toFixed(2)} s`);
  const times: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    const asked = performance.now();
    await client.send('stepBack', { threadId: 1 });
    await client.event('stopped');
    times.push(performance.now() - asked);
    await client.send('stackTrace', { threadId: 1 });
  }
  await client.close();
  row(
    'Step Back on the example, request to stopped',
    `median ${median(times).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms`,
  );
}

/** `scale` 1 has four million hits. The plain run is the whole process, from its start to its end. */
async function logpoint(scale: number): Promise<void> {
  const plain: number[] = [];
  const asked: number[] = [];
  let hits = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    execFileSync(process.execPath, [loops, String(scale)]);
    plain.push(performance.now() - begun);
    const session = await ReplaySession.open(plainLauncher(process.execPath, loops, [String(scale)]));
    const question = performance.now();
    const [facts] = await session.visits([{ path: loops, line: 67, expressions: ['sum'] }]);
    asked.push(performance.now() - question);
    hits = facts!.points.length;
    session.close();
  }
  const [run, took] = [median(plain), median(asked)];
  row(
    `a logpoint with ${(hits / 1e6).toFixed(1)} million hits`,
    `${(took / 1000).toFixed(2)} s, ${(took / run).toFixed(1)}x the plain run (${run.toFixed(0)} ms)`,
  );
}

console.log('| what | figure |\n| --- | --- |');
await hotLoops();
await gotoAnyPoint('1');
await gotoAnyPoint('3');
await stepBack();
await logpoint(0.25);
await logpoint(1);
