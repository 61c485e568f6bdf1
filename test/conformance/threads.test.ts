// Worker threads of a recorded program: each has a log of its own, which replays alone and together with the others.
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeNode } from '../../runtime/findNode.ts';
import { findNodes } from './nodes.ts';
import { PROGRAMS } from './runProgram.ts';

const APEX = join(import.meta.dirname, '../../bin/apex');
const FOLDER = join(PROGRAMS, 'threads');
/** What differs from run to run; so does the order of lines of several threads. */
const TIMES = /\d{13}|\d+\.\d{3,}/g;

function run(file: string, words: string[]): SpawnSyncReturns<string> {
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
  return spawnSync(file, words, { encoding: 'utf8', env, cwd: PROGRAMS, timeout: 100_000 });
}
const apex = (...words: string[]) => run(process.execPath, [APEX, ...words]);
const visible = ({ stdout, stderr, status }: SpawnSyncReturns<string>) => ({ stdout, stderr, status });

interface Shown {
  logs: { name: string; state: string; parent?: string; thread?: number; words: string[] }[];
}

for (const node of findNodes()) {
  describe(`worker threads on Node ${describeNode(node)?.version}`, function () {
    this.timeout(240_000);
    let scratch: string;
    before(() => {
      scratch = mkdtempSync(join(tmpdir(), 'apex-threads-'));
    });
    after(() => rmSync(scratch, { recursive: true, force: true }));

    const shown = (recording: string) =>
      (JSON.parse(apex('recording', 'show', recording, '--json').stdout) as Shown).logs;

    for (const program of readdirSync(FOLDER)) {
      it(`of ${program} go unnoticed, and replay with their program`, () => {
        const recording = join(scratch, program);
        const plain = run(node, [join(FOLDER, program)]);
        const recorded = apex('record', '--out', recording, '--node', node, '--', join(FOLDER, program));
        const compared = ({ stdout, stderr, status }: SpawnSyncReturns<string>) => {
          return { lines: stdout.replace(TIMES, 'TIME').split('\n').sort(), stderr, status };
        };
        assert.deepEqual(compared(recorded), compared(plain), 'the recorded run is as the plain one');
        const replayed = apex('replay', recording, '--check');
        assert.deepEqual(visible(replayed), visible(recorded), 'the replay is as the recorded run');
        const threads = shown(recording).filter(({ thread }) => thread !== undefined);
        assert.ok(threads.length > 0, 'threads have logs');
        for (const { state } of threads) assert.match(state, /^(complete|killed)$/);
      });
    }

    it('are named with who started them, and replay alone', () => {
      const recording = join(scratch, 'nested.js');
      const logs = shown(recording);
      assert.deepEqual(
        logs.map(({ name, parent, thread }) => [name, parent, thread]),
        [
          ['main', undefined, undefined],
          ['main-1', 'main', 1],
          ['main-1-1', 'main-1', 2],
          ['main-1-1-1', 'main-1-1', undefined],
        ],
      );
      const alone = apex('replay', recording, '--check', '--process', 'main-1-1');
      assert.match(alone.stdout, /^depth 2 2\nchild 42\n/);
      assert.match(alone.stdout, /^stdin input for 2$/m);
      assert.equal(alone.status, 0, alone.stderr);
    });

    it('answer questions', () => {
      const recording = join(scratch, 'nested.js');
      const place = `${join(FOLDER, 'nested.js')}:8`;
      const ask = (thread: string) => apex('replay', recording, '--process', thread, '--logpoint', place, 'depth');
      assert.match(ask('main-1').stdout, /^\d+\t1\n$/);
      assert.match(ask('main-1-1').stdout, /^\d+\t2\n$/);
      const write = apex('replay', recording, '--process', 'main-1-1', '--last-write', 'end', 'depth');
      assert.match(write.stdout, /^point \d+\t.*nested\.js:7:/, write.stderr);
    });
  });
}
