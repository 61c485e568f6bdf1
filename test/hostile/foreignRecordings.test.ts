// Recordings that a stranger has written: their checksums are right, and they want more than to be replayed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { programPath } from '../../runtime/programs.ts';
import type { Launch } from '../../time-travel/recording/layout.ts';
import { launchPath, MAIN_PROCESS } from '../../time-travel/recording/layout.ts';
import { recordProgram } from '../../time-travel/recording/recordProgram.ts';
import { sealJson, unsealJson } from '../../time-travel/recording/sealedJson.ts';

describe('recordings of a stranger', function () {
  this.timeout(180_000);
  const scratch = mkdtempSync(join(tmpdir(), 'apex-foreign-'));
  const own = join(scratch, 'own');
  const foreign = join(scratch, 'foreign');
  /** What an attack leaves behind when it works. */
  const loot = join(scratch, 'loot');
  const evil = `process.getBuiltinModule('fs').writeFileSync(${JSON.stringify(join(loot, 'x'))}, '')`;
  const script = join(scratch, 'evil.cjs');
  const binary = join(scratch, 'node');
  const asUrl = `data:text/javascript,${encodeURIComponent(evil)}`;

  before(async () => {
    const program = join(scratch, 'program.cjs');
    writeFileSync(program, 'console.log(process.execArgv.join(), process.env.NODE_OPTIONS);');
    writeFileSync(script, evil);
    writeFileSync(binary, `#!/bin/sh\ntouch ${join(loot, 'x')}\nexec ${findPinnedNode().path} "$@"\n`);
    chmodSync(binary, 0o755);
    await recordProgram({
      out: own,
      words: [program],
      node: findPinnedNode(),
      attach: (child) => child.stdout?.resume(),
    });
  });
  beforeEach(() => {
    rmSync(foreign, { recursive: true, force: true });
    cpSync(own, foreign, { recursive: true });
    rmSync(loot, { recursive: true, force: true });
    cpSync(own, loot, { recursive: true });
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  /** Files in the folder into which attacks write. */
  const looted = () => readdirSync(loot).filter((file) => !readdirSync(own).includes(file));

  function replay(change: (launch: Launch) => void): { status: number | null; stdout: string } {
    const path = launchPath(foreign, MAIN_PROCESS);
    const launch = unsealJson(readFileSync(path, 'utf8'), crc32) as unknown as Launch;
    change(launch);
    writeFileSync(path, sealJson(launch, crc32));
    const words = [programPath('cli.mjs'), 'replay', foreign];
    return spawnSync(findPinnedNode().path, words, { encoding: 'utf8', timeout: 120_000, cwd: scratch });
  }

  it('are replayed when nothing is wrong with them, with the options that the program had', () => {
    const { status, stdout } = replay((launch) => {
      launch.execArgv = ['--cpu-prof'];
    });
    assert.equal(status, 0);
    assert.equal(stdout, ' undefined\n');
  });

  const options: Record<string, string[]> = {
    'writes a CPU profile': ['--cpu-prof', '--cpu-prof-dir', loot],
    'writes a CPU profile, spelt otherwise': ['--cpu_prof', `--cpu_prof_dir=${loot}`],
    'writes a heap profile': ['--heap-prof', `--heap-prof-dir=${loot}`],
    "writes V8's log": ['--prof', `--logfile=${join(loot, 'v8.log')}`, '--no-logfile-per-isolate'],
    'writes trace events': ['--trace-event-categories', 'v8', `--trace-event-file-pattern=${join(loot, 'trace')}`],
    'writes a report': ['--report-uncaught-exception', `--report-dir=${loot}`, '--report-on-fatalerror'],
    'writes warnings': ['--trace-deprecation', `--redirect-warnings=${join(loot, 'warnings')}`],
    'builds a snapshot': ['--build-snapshot', '--snapshot-blob', join(loot, 'blob'), script],
    'imports code': ['--import', asUrl],
    'loads module hooks': ['--experimental-loader', asUrl],
    'requires a file': ['-r', script],
    'evaluates code': ['-e', evil],
    'reports tests': ['--test', '--test-reporter', asUrl],
  };
  for (const [name, words] of Object.entries(options)) {
    it(`do nothing outside: an option that ${name}`, () => {
      const { status } = replay((launch) => {
        launch.execArgv = words;
      });
      assert.notEqual(status, null, 'it ends');
      assert.deepEqual(looted(), []);
    });
    it(`do nothing outside: NODE_OPTIONS that ${name}`, () => {
      const { status } = replay((launch) => {
        launch.environment.NODE_OPTIONS = words.join(' ');
      });
      assert.notEqual(status, null, 'it ends');
      assert.deepEqual(looted(), []);
    });
  }

  it('do nothing outside: variables that Node acts on by itself', () => {
    replay((launch) => {
      Object.assign(launch.environment, {
        NODE_V8_COVERAGE: loot,
        NODE_COMPILE_CACHE: loot,
        NODE_REDIRECT_WARNINGS: join(loot, 'warnings'),
        SSLKEYLOGFILE: join(loot, 'keys'),
        LD_PRELOAD: join(scratch, 'evil.so'),
      });
    });
    assert.deepEqual(looted(), []);
  });

  it('open no port for an inspector', () => {
    const { status } = replay((launch) => {
      launch.execArgv = ['--inspect-brk=127.0.0.1:0'];
    });
    assert.equal(status, 0, 'an inspector would wait for its client');
  });

  it('run no binary that they name', () => {
    replay((launch) => {
      launch.execPath = binary;
    });
    assert.deepEqual(looted(), []);
  });
});
