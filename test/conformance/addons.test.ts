// A native addon is answered from the log: its file need not be there any more.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { PROGRAMS } from './runProgram.ts';

const ROOT = join(import.meta.dirname, '../..');
const APEX = join(ROOT, 'bin/apex');

describe('a recording of a program with a native addon', function () {
  this.timeout(120_000);
  let scratch: string;

  before(() => {
    scratch = realpathSync(mkdtempSync(join(tmpdir(), 'apex-addon-')));
    cpSync(join(PROGRAMS, 'addons.js'), join(scratch, 'addons.js'));
    for (const name of ['koffi', '@koromix']) {
      cpSync(join(ROOT, 'node_modules', name), join(scratch, 'node_modules', name), { recursive: true });
    }
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  const apex = (...words: string[]) => {
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    return spawnSync(process.execPath, [APEX, ...words], { encoding: 'utf8', env, timeout: 100_000 });
  };

  it('replays without it', () => {
    const recording = join(scratch, 'recording');
    const node = findPinnedNode().path;
    const recorded = apex('record', '--out', recording, '--node', node, '--', join(scratch, 'addons.js'));
    assert.equal(recorded.status, 0, recorded.stderr);
    assert.match(recorded.stdout, /Int32Array\(3\) \[ 10, 20, 30 \] true/);
    rmSync(join(scratch, 'node_modules'), { recursive: true });
    assert.ok(!existsSync(join(scratch, 'node_modules')) && readdirSync(scratch).includes('addons.js'));
    const replayed = apex('replay', recording, '--check');
    assert.deepEqual([replayed.stdout, replayed.stderr, replayed.status], [recorded.stdout, '', 0]);
  });

  it('says what its functions did when it is asked', () => {
    const recording = join(scratch, 'recording');
    const hits = apex('replay', recording, '--logpoint', 'addons.js:19', 'order.length');
    assert.ok(hits.stdout.trim().split('\n').length >= 3, hits.stderr);
    const called = apex('replay', recording, '--at', 'end', '--eval', 'abs(-1)');
    assert.match(called.stdout + called.stderr, /reaches outside the program/);
  });
});
