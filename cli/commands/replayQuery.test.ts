import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const apex = join(import.meta.dirname, '../../bin/apex');
const program = join(import.meta.dirname, '../../time-travel/replay/engine/fixtures/steps.cjs');
const run = (...args: string[]) => spawnSync(process.execPath, [apex, ...args], { encoding: 'utf8' });

describe('apex replay: questions', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'apex-query-'));
  const recording = join(folder, 'recording');
  const ask = (...args: string[]) => {
    const { status, stdout, stderr } = run('replay', recording, ...args);
    return { status, stdout, stderr };
  };
  before(() => assert.equal(run('record', '--out', recording, '--', program).status, 0));
  after(() => rmSync(folder, { recursive: true }));

  it('says where the program was', () => {
    const { status, stdout } = ask('--at', 'end');
    assert.equal(status, 0);
    assert.match(stdout, /^point \d+ of \d+\n {4}at later \(.*steps\.cjs:26:3\)\n$/);
  });

  it('evaluates at a point', () => {
    assert.deepEqual(ask('--at', 'end', '--eval', 'a + state.items.length'), { status: 0, stdout: '52\n', stderr: '' });
    const thrown = ask('--at', '1', '--eval', 'state');
    assert.equal(thrown.status, 1);
    assert.match(thrown.stdout, /ReferenceError/);
  });

  it('logs every visit of a line', () => {
    const { status, stdout } = ask('--logpoint', `${program}:13`, 'by + ":" + state.count', '--json');
    assert.equal(status, 0);
    const hits = JSON.parse(stdout) as { point: string; value: string }[];
    assert.deepEqual(
      hits.slice(0, 3).map(({ value }) => value),
      ['0:0', '1:1', '2:3'],
    );
    assert.equal(hits.length, 51);
    assert.equal(ask('--logpoint', `${program}:9999`, '1').status, 1, 'nothing ran there');
  });

  it('finds the last write before a point', () => {
    const { status, stdout } = ask('--last-write', 'end', 'state.count');
    assert.equal(status, 0);
    assert.match(stdout, /^point \d+\t.*steps\.cjs:12:3 in change\nbefore: 1225\n$/);
    assert.equal(ask('--last-write', '30%', 'state.nothing').status, 1);
  });

  it('has the tree of calls of a part', () => {
    const { status, stdout } = ask('--calls');
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^points 1 to 1099: 1,099 statements\n +\S+% {2}\(file\) {2}1 call, 1,094 statements \(59 own\)/,
    );
    assert.match(stdout, /\n +0\.5% {4}add {2}1 call, 5 statements \(1 own\) {2}first: point 4 {2}.*steps\.cjs:5\n/);
    assert.match(stdout, /% {4}fib \(recursive\) {2}465 calls, 930 statements \(930 own\) {2}/);
    const part = JSON.parse(ask('--calls', '--from', '4', '--to', '8', '--json').stdout);
    const named = part.nodes.map(({ name, calls, parent }: Record<string, unknown>) => ({ name, calls, parent }));
    assert.deepEqual(named, [
      { name: '(file)', calls: 0, parent: undefined },
      { name: 'add', calls: 1, parent: 0 },
      { name: 'twice', calls: 2, parent: 1 },
    ]);
  });

  it('has the time of each function', () => {
    const { status, stdout } = ask('--profile', '--json');
    assert.equal(status, 0);
    const { functions } = JSON.parse(stdout) as { functions: { name: string; calls: number; self: number }[] };
    const fib = functions.find(({ name }) => name === 'fib');
    assert.deepEqual([fib?.calls, fib?.self], [465, 930]);
    assert.match(ask('--profile').stdout, /self ms +total ms +calls +statements +function\n/);
  });

  it('logs the visits of a part', () => {
    const hits = JSON.parse(ask('--logpoint', `${program}:13`, 'by', '--to', '947', '--json').stdout);
    assert.deepEqual(
      hits.map(({ value }: { value: string }) => value),
      ['0', '1'],
    );
  });

  for (const [args, message] of [
    [['--at', '0'], /no point 0/],
    [['--at', 'x'], /no point x/],
    [['--at', '1', '--eval', 'a b'], /is no expression/],
    [['--eval', '1'], /One question at a time/],
    [['--at', '1', '--logpoint', 'a:1', '1'], /One question at a time/],
    [['--logpoint', 'a:1'], /An expression is needed/],
    [['--logpoint', 'nowhere', '1'], /is no place/],
    [['--logpoint', 'nowhere.js:1', '1'], /was not loaded in the recording\.\n {2}Loaded were: .*steps\.cjs\./],
    [['--calls', '--profile'], /One question at a time/],
    [['--at', '1', '--from', '1'], /--from and --to limit/],
    [['--calls', '--from', '50', '--to', '40'], /nothing from point 50 to 40/],
    [['--last-write', '1', 'f()'], /is nothing that is written to/],
  ] as const) {
    it(`says what is wrong with ${args.join(' ')}`, () => {
      const { status, stderr } = ask(...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }

  it('says that a recording has another version, or is none', () => {
    const log = join(recording, 'main.log');
    const bytes = readFileSync(log);
    writeFileSync(log, Buffer.concat([bytes.subarray(0, 8), Buffer.from([1, 0, 0, 0]), bytes.subarray(12)]));
    const old = ask('--at', 'end');
    writeFileSync(log, 'something else');
    const other = ask('--at', 'end');
    writeFileSync(log, bytes);
    assert.equal(old.status, 2);
    assert.match(old.stderr, /has version 1; this Apex reads version \d+\.\n {2}Record the program again/);
    assert.equal(other.status, 2);
    assert.match(other.stderr, /main\.log is not the log of a program/);
  });
});
