// Children of a recorded program: each has a log of its own, and the replay of all of them prints what they printed together.
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, type StdioOptions, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeNode } from '../../runtime/findNode.ts';
import { findNodes } from './nodes.ts';
import { PROGRAMS } from './runProgram.ts';

const APEX = join(import.meta.dirname, '../../bin/apex');

function apex(...words: string[]): SpawnSyncReturns<string> {
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
  return spawnSync(process.execPath, [APEX, ...words], { encoding: 'utf8', env, timeout: 100_000 });
}

/** As above; what it prints goes into a file. */
function apexIntoFile(file: string, ...words: string[]): SpawnSyncReturns<string> {
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
  const stdio: StdioOptions = ['ignore', openSync(file, 'w'), 'pipe'];
  const run = spawnSync(process.execPath, [APEX, ...words], { encoding: 'utf8', env, stdio, timeout: 100_000 });
  closeSync(stdio[1] as number);
  return { ...run, stdout: readFileSync(file, 'utf8') };
}

interface Shown {
  logs: { name: string; state: string; parent?: string; pid?: number; startedAtEvent?: number; words: string[] }[];
}

for (const node of findNodes()) {
  describe(`a recording of several processes on Node ${describeNode(node)?.version}`, function () {
    this.timeout(240_000);
    let scratch: string;
    let recording: string;
    let recorded: SpawnSyncReturns<string>;
    let logs: Shown['logs'];

    before(() => {
      scratch = mkdtempSync(join(tmpdir(), 'apex-family-'));
      recording = join(scratch, 'recording');
      recorded = apex('record', '--out', recording, '--node', node, '--', join(PROGRAMS, 'parts/family.js'));
      assert.equal(recorded.status, 0, recorded.stderr);
      logs = (JSON.parse(apex('recording', 'show', recording, '--json').stdout) as Shown).logs;
    });
    after(() => rmSync(scratch, { recursive: true, force: true }));

    it('lists them with who started them, and when', () => {
      assert.deepEqual(
        logs.map(({ name, parent, words }) => [name, parent, ...words.slice(1)]),
        [
          ['main', undefined],
          ['main-1', 'main', 'parent'],
          ['main-1-1', 'main-1', 'grandchild'],
          ['main-2', 'main', 'shell', 'one'],
          ['main-2.2', 'main', 'shell', 'two'],
          ['main-3', 'main', 'friend'],
          ['main-4', 'main', 'sleeper'],
        ],
      );
      assert.deepEqual(
        logs.map(({ state }) => state),
        ['complete', 'complete', 'complete', 'complete', 'complete', 'complete', 'killed'],
      );
      const heard = /'?hears'? \{ answer: 42, pid: (\d+)/.exec(recorded.stdout);
      assert.equal(logs[5]?.pid, Number(heard?.[1]));
      assert.ok(logs[6]!.startedAtEvent! > logs[5]!.startedAtEvent!);
    });

    it('shows none of it to the children', () => {
      assert.match(recorded.stdout, /^friend got 7 0 undefined$/m);
      assert.match(recorded.stdout, /^shell one \d+ undefined 0$/m);
    });

    it('replays all of them, printing in the order in which they printed', () => {
      const replayed = apex('replay', recording, '--check');
      assert.deepEqual([replayed.stdout, replayed.stderr, replayed.status], [recorded.stdout, recorded.stderr, 0]);
    });

    it('prints the error that ended a child', () => {
      const crash = join(scratch, 'crash');
      const run = apex('record', '--out', crash, '--node', node, '--', join(PROGRAMS, 'parts/crashing.js'));
      assert.match(run.stderr, /throw new Error.*Error: the child fails.*Node\.js v/s);
      const replayed = apex('replay', crash, '--check');
      assert.deepEqual([replayed.stdout, replayed.stderr, replayed.status], [run.stdout, run.stderr, 0]);
    });

    it('replays one of them alone, by its number or name', () => {
      const byNumber = apex('replay', recording, '--check', '--process', '5');
      assert.match(byNumber.stdout, /^friend got 7 0 undefined\n$/);
      const byName = apex('replay', recording, '--check', '--process', 'main-2.2');
      assert.match(byName.stdout, /^shell two \d+ undefined 0\n$/);
      assert.deepEqual([byNumber.status, byName.status], [0, 0]);
      const none = apex('replay', recording, '--check', '--process', '7');
      assert.match(none.stderr, /no process "7"/);
    });

    it('replays the test runner and the file that it runs, whatever it printed into', () => {
      // The runner makes its streams before anything of ours is loaded: they must be of the same kind in replay.
      for (const into of ['pipe', 'file'] as const) {
        const tests = join(scratch, `tests-${into}`);
        const words = ['record', '--out', tests, '--node', node, '--', '--test', join(PROGRAMS, 'parts/twoTests.mjs')];
        const run = into === 'pipe' ? apex(...words) : apexIntoFile(join(scratch, 'printed'), ...words);
        assert.equal(run.status, 1, run.stderr);
        assert.match(run.stdout, /1 !== 2/);
        const replayed = apex('replay', tests, '--check');
        assert.deepEqual([replayed.stdout, replayed.stderr, replayed.status], [run.stdout, '', 0]);
      }
    });
  });
}
