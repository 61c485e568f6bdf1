import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordingLauncher } from './launch.ts';
import { ReplaySession } from './replaySession.ts';

const apex = join(import.meta.dirname, '../../../bin/apex');
const source = `const { readFileSync } = require('node:fs');
let limit = 3;
let sum = 0;
for (let i = 0; i < limit; i++) {
  sum += i;
}
console.log('sum', sum);
if (sum > 100) readFileSync('/nowhere');
setTimeout(() => console.log('later', sum), 1);
`;

describe('branches of a recording', function () {
  this.timeout(120_000);
  let folder: string;
  let session: ReplaySession;
  let program: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'apex-branches-'));
    program = join(folder, 'program.cjs');
    writeFileSync(program, source);
    const recording = join(folder, 'recording');
    const recorded = spawnSync(process.execPath, [apex, 'record', '--out', recording, '--', program]);
    assert.equal(recorded.status, 0, String(recorded.stderr));
    session = await ReplaySession.open(recordingLauncher(recording, [process.execPath]));
  });
  after(() => {
    session?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const line = async (number: number) => (await session.visits([{ path: program, line: number - 1 }]))[0]!.points[0]!;
  const value = async (point: number, expression: string) => ({ kind: 'value', point, frame: 0, expression }) as const;

  it('goes as recorded when the change changes nothing', async () => {
    const { outcome, state } = await session.branches.open(await value(await line(5), 'limit'));
    assert.deepEqual([outcome.value, outcome.difference, state], ['3', undefined, undefined]);
    assert.equal(outcome.point, session.end.point);
  });

  it('stands at the first output that differs, and answers there', async () => {
    const branch = await session.branches.open(await value(await line(5), 'sum = 7'), { name: 'more' });
    const { difference } = branch.outcome;
    assert.deepEqual(difference, {
      kind: 'output',
      point: difference!.point,
      recorded: 'sum 3\n',
      printed: 'sum 10\n',
    });
    const frame = branch.state!.frames.find(({ path }) => path === program)!;
    assert.equal(frame.line, 6);
    assert.deepEqual(await branch.state!.render(frame.callFrameId, 'sum'), { value: '10' });
    assert.deepEqual(
      session.branches.list.map(({ name }) => name),
      ['branch 1', 'more'],
    );
    session.branches.close(branch.id);
    assert.equal(session.branches.list.length, 1);
    assert.equal((await session.evaluate(await line(7), 0, 'sum')).value, '3', 'the recording is as it was');
  });

  it('goes on behind output when asked to', async () => {
    const { outcome, state } = await session.branches.open(await value(await line(5), 'sum = 7'), { goOn: true });
    assert.deepEqual(
      outcome.outputs.map(({ text }) => text),
      ['sum 10\n', 'later 10\n'],
    );
    assert.equal(outcome.difference?.kind === 'output' && outcome.difference.printed, 'sum 10\n');
    assert.equal(state, undefined);
  });

  it('stands where the outside is asked for what was not recorded', async () => {
    const { outcome, state } = await session.branches.open(await value(await line(7), 'sum = 101'), { goOn: true });
    assert.equal(outcome.outputs[0]!.text, 'sum 101\n');
    assert.equal(state!.frames.find(({ path }) => path === program)!.line, 7);
  });

  it('runs with another text of a source', async () => {
    const edits = [{ path: program, text: source.replace('limit = 3', 'limit = 4') }];
    const { outcome, state } = await session.branches.open({ kind: 'source', edits });
    const { difference } = outcome;
    assert.equal(difference?.kind === 'output' && difference.printed, 'sum 6\n');
    const frame = state!.frames.find(({ path }) => path === program)!;
    assert.deepEqual(await state!.render(frame.callFrameId, '[limit, sum]'), { value: '[ 4, 6 ]' });
    const same = await session.branches.open({ kind: 'source', edits: [{ path: program, text: `${source}//` }] });
    assert.equal(same.outcome.difference, undefined);
    await assert.rejects(
      session.branches.open({ kind: 'source', edits: [{ path: '/nowhere.js', text: '' }] }),
      /was not loaded/,
    );
  });

  it('notices another error at the end, also without other output', async () => {
    const failing = join(folder, 'failing.cjs');
    writeFileSync(
      failing,
      'let total = 3;\ntotal += 1;\nfunction fail() {\n  throw new Error(total + ` is it`);\n}\nfail();\n',
    );
    const recording = join(folder, 'failing');
    spawnSync(process.execPath, [apex, 'record', '--out', recording, '--', failing]);
    const failed = await ReplaySession.open(recordingLauncher(recording, [process.execPath]));
    try {
      const [second] = (await failed.visits([{ path: failing, line: 1 }]))[0]!.points;
      const tried = async (change: string) =>
        (await failed.branches.open({ kind: 'value', point: second!, frame: 0, expression: change })).outcome
          .difference;
      const other = await tried('total = 9');
      assert.ok(other?.kind === 'error');
      assert.match(other.recorded, /^Error: 4 is it\n {4}at fail \(.*failing\.cjs:4:9\)$/);
      assert.match(other.thrown, /^Error: 10 is it\n/);
      assert.equal(await tried('total'), undefined);
      const edits = [{ path: failing, text: readFileSync(failing, 'utf8').replace('let', '\nlet') }];
      const moved = await failed.branches.open({ kind: 'source', edits });
      assert.equal(moved.outcome.difference, undefined, 'the same error on another line of a changed source');
    } finally {
      failed.close();
    }
  });

  it('says what is wrong with a change', async () => {
    const point = await line(7);
    await assert.rejects(session.branches.open(await value(point, 'nothing.x = 1')), /nothing is not defined/);
    await assert.rejects(session.branches.open(await value(point, 'a b')), /is no expression/);
  });

  it('is asked on the command line', async () => {
    const changed = join(folder, 'changed.cjs');
    writeFileSync(changed, source.replace("'sum'", "'total'"));
    const ask = (...words: string[]) => {
      const { status, stdout } = spawnSync(process.execPath, [apex, 'replay', join(folder, 'recording'), ...words], {
        encoding: 'utf8',
      });
      return { status, stdout };
    };
    const byValue = ask('--what-if', String(await line(5)), 'sum = 7');
    assert.equal(byValue.status, 1);
    assert.match(
      byValue.stdout,
      /^sum = 7: 7\npoint \d+: it prints "sum 10" instead of "sum 3"\n {4}at .*program\.cjs:7:9\)/,
    );
    const bySource = ask('--what-if-source', program, changed, '--json');
    assert.equal(bySource.status, 1);
    assert.equal(JSON.parse(bySource.stdout).difference.printed, 'total 3\n');
    assert.deepEqual(ask('--what-if', 'end', 'sum'), {
      status: 0,
      stdout: 'sum: 3\nEverything else goes as recorded.\n',
    });
  });
});
