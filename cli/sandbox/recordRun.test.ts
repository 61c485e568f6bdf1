import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canConfine } from '../../sandbox-host/osSandbox/confinedProgram.ts';
import { installOnDebian } from '../../test/installOnDebian.ts';

const APEX = join(import.meta.dirname, '../../bin/apex');

describe('apex run --record', function () {
  this.timeout(180_000);
  let folder: string;
  before(function () {
    installOnDebian('bubblewrap', 'bwrap');
    if (!canConfine()) this.skip();
    folder = mkdtempSync(join(tmpdir(), 'apex-record-run-'));
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  const apex = (...words: string[]) => {
    // c8 cannot read the coverage of modules that have no file, as those of a rerun.
    // Node hands the variable on where it is missing, so that it has to be there without a value.
    const env = { ...process.env, NODE_V8_COVERAGE: undefined, APEX_AUDIT_LOG: join(folder, 'audit') };
    const { status, stdout, stderr } = spawnSync(process.execPath, [APEX, ...words], { encoding: 'utf8', env });
    return { status, stdout, stderr };
  };
  const write = (name: string, source: string) => {
    writeFileSync(join(folder, name), source);
    return join(folder, name);
  };
  /** Records a program and replays the recording: both are to print the same and end the same. */
  const recorded = (file: string, ...options: string[]) => {
    const recording = `${file}.recording`;
    const run = apex('run', file, '--record', recording, ...options);
    const replay = apex('replay', recording, '--check');
    return { run, replay, recording };
  };

  it('makes a recording that replays as the run was: time, chance, modules, timers, answers, stacks', () => {
    write(
      'prices.ts',
      'export function total(prices: number[]) {\n  let sum = 0;\n  for (const price of prices) {\n    sum += price;\n  }\n  return sum;\n}\n',
    );
    write('late.js', 'export const twice = (n) => n * 2;\n');
    write('pad.cjs', 'module.exports = (text, width) => {\n  return text.padStart(width, "-");\n};\n');
    const file = write(
      'program.ts',
      `import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { state } from 'apex';
import pad from './pad.cjs';
import { total } from './prices.ts';
const shelf = state('shelf', { n: 1 });
console.log(total([1, 2, 3]), pad('x', 4));
console.log(Date.now(), new Date().toISOString(), Date(), Math.random(), crypto.randomUUID(), performance.now());
console.log(new Intl.DateTimeFormat('en', { timeStyle: 'full' }).format(), new Date(5).getTime());
console.log(Object.getOwnPropertyNames(globalThis).join(), typeof process, typeof Buffer, typeof WebAssembly);
const { twice } = await import('./late.js');
console.log(twice(4), import.meta.url);
await import('./gone.js').catch((error) => console.log(error.code, error.message));
await readFile('/app/secret', 'utf8').catch((error) => console.error(error.message));
new EventEmitter().on('x', (n) => console.log('heard', n, new Error('here').stack)).emit('x', 1);
let ticks = 0;
const interval = setInterval(() => {
  shelf.n += ticks++;
  console.log('tick', shelf.n, new WeakRef(shelf).deref() === shelf);
  if (ticks === 3) clearInterval(interval);
}, 2);
for (let at = 0; at < 3; at++) await null;
export default shelf;
`,
    );
    const { run, replay, recording } = recorded(file);
    assert.deepEqual(replay, run);
    assert.equal(run.status, 0);
    assert.match(run.stdout, /tick 4 true\n$/);
    // The debugger's questions are answered in the files that a person wrote.
    const at = (place: string, expression: string) =>
      apex('replay', recording, '--logpoint', join(folder, place), expression).stdout;
    assert.match(at('prices.ts:4', 'sum + price'), /\t1\n.*\t3\n.*\t6\n$/s);
    assert.match(at('pad.cjs:2', 'text + width'), /\tx4\n$/);
    assert.match(at('program.ts:19', 'ticks'), /\t1\n.*\t2\n.*\t3\n$/s);
  });

  it('keeps runs in hybrid and development mode, with what these modes have', () => {
    // (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
    const wasm = '0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b';
    const file = write(
      'modes.ts',
      `import { readFile } from 'node:fs/promises';
enum Size { S = 1, M }
const shared = new Int32Array(new SharedArrayBuffer(8));
Atomics.add(shared, 0, 5);
const bytes = new Uint8Array('${wasm}'.match(/../g)!.map((pair) => Number.parseInt(pair, 16)));
const { add } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as { add(a: number, b: number): number };
console.log(Size.M, shared[0], add(2, 3), Math.random(), Date.now());
console.log(await readFile('modes.ts', 'utf8').then((text) => text.length, (error) => error.message));
setTimeout(() => console.log('later'), 5);
`,
    );
    for (const mode of ['development', 'hybrid']) {
      const { run, replay } = recorded(file, '--mode', mode);
      assert.deepEqual(replay, run);
      assert.equal(run.status, 0, run.stderr);
      assert.match(run.stdout, /^2 5 5 0\.\d+ \d+\n.+\nlater\n$/);
    }
  });

  it('keeps how a program failed', () => {
    const file = write(
      'fails.js',
      'const check = (n) => {\n  if (n > 2) throw new RangeError("too much: " + n);\n};\n[1, 2, 3].forEach(check);\n',
    );
    const { run, replay } = recorded(file);
    assert.equal(run.status, 1);
    assert.match(run.stderr, /^Uncaught RangeError: too much: 3\n {4}at check \(\/app\/fails\.js:2:20\)/);
    assert.equal(replay.stderr, run.stderr);
  });

  it('keeps what a program did until a limit ended it', () => {
    const { run, replay } = recorded(write('loops.js', 'console.log("before");\nfor (;;);\n'), '--timeout', '200');
    assert.equal(run.status, 1);
    assert.match(run.stderr, /held its thread|ran longer/);
    assert.doesNotMatch(run.stderr, /differs|not the run/);
    assert.equal(replay.stdout, 'before\n');
  });

  it('refuses what cannot be recorded, before the program runs', () => {
    const file = write('never.js', 'console.log("ran");');
    mkdirSync(join(folder, 'used'));
    writeFileSync(join(folder, 'used', 'mine.txt'), '');
    const used = apex('run', file, '--record', join(folder, 'used'));
    assert.deepEqual([used.status, used.stdout], [2, '']);
    assert.match(used.stderr, /is not a recording/);
    const broken = apex('run', write('broken.js', 'const = ;'), '--record', join(folder, 'broken'));
    assert.equal(broken.status, 2);
    assert.equal(existsSync(join(folder, 'broken')), false);
  });
});
