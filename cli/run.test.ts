import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('apex run', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-run-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Writes a program and runs it with `apex run`. */
  const run = (source: string, ...options: string[]) => {
    const file = join(folder, 'program.ts');
    writeFileSync(file, source);
    return spawnSync(process.execPath, [join(import.meta.dirname, '../bin/apex'), 'run', file, ...options], {
      encoding: 'utf8',
      env: { ...process.env, APEX_AUDIT_LOG: join(folder, 'audit') },
    });
  };

  it("prints the program's output and exits 0", () => {
    const { status, stdout, stderr } = run('const n: number = 2;\nconsole.log("n is", n);\nconsole.error("done");');
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: 'n is 2\n', stderr: 'done\n' });
  });

  it('gives one JSON value with --json', () => {
    const { status, stdout } = run('console.log(1); export default { total: 3 };', '--json');
    const { usage, ...rest } = JSON.parse(stdout);
    assert.equal(status, 0);
    assert.deepEqual(Object.keys(usage), ['wallMs', 'cpuMs', 'memoryMb']);
    assert.deepEqual(rest, { ok: true, value: { total: 3 }, output: [{ stream: 'stdout', text: '1\n' }] });
  });

  it('leaves out a value that is nested too deeply to be told', () => {
    const { status, stdout } = run(
      'let a: unknown = []; for (let i = 0; i < 10_000; i++) a = [a]; export default a;',
      '--json',
    );
    assert.equal(status, 0);
    assert.deepEqual(Object.keys(JSON.parse(stdout)), ['ok', 'usage', 'output']);
  });

  it('ends a loop with a typed error and exit code 1', () => {
    const { status, stdout } = run('for (;;);', '--timeout', '200', '--json');
    assert.equal(status, 1);
    assert.equal(JSON.parse(stdout).error.code, 'timeout');
  });

  it('ends a program that takes too much memory', () => {
    const { status, stdout } = run(
      'const all = []; for (;;) all.push(new Array(1e4).fill(1.5));',
      '--memory',
      '16',
      '--json',
    );
    assert.equal(status, 1);
    assert.equal(JSON.parse(stdout).error.code, 'memory-limit');
  });

  it("prints an uncaught error with the guest's own stack", () => {
    const { status, stderr } = run('function f(): void { throw new TypeError("no"); }\nf();');
    assert.equal(status, 1);
    assert.equal(stderr, 'Uncaught TypeError: no\n    at f (/app/program.ts:1:28)\n    at /app/program.ts:2:1\n');
  });

  it('ends a program whose top-level await can never settle', () => {
    const { status, stderr } = run('await new Promise(() => {});');
    assert.equal(status, 1);
    assert.match(stderr, /can never settle/);
  });

  const unusable: [string, string, string[], RegExp][] = [
    ['a syntax error', 'const x = ;', [], /^apex: \/app\/program\.ts:1.*: SyntaxError/],
    ['a missing module', 'import "./gone.ts";', [], /^apex: There is no module "\.\/gone\.ts"/],
    ['a module outside', 'import "../../gone.ts";', [], /^apex: "\.\.\/\.\.\/gone\.ts" lies outside/],
    ['an unknown mode', '', ['--mode', 'wild'], /^apex: "wild" is no mode/],
    ['a bad timeout', '', ['--timeout', 'soon'], /^apex: --timeout takes a whole number/],
    ['too little memory', '', ['--memory', '1'], /^apex: --memory takes a whole number from 8/],
    ['an unknown option', '', ['--wild'], /^apex: Unknown option '--wild'/],
    ['two files', '', ['other.ts'], /^apex: One FILE, not also "other\.ts"/],
  ];
  for (const [name, source, options, message] of unusable) {
    it(`exits 2 with advice for ${name}`, () => {
      const { status, stderr } = run(source, ...options);
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.match(stderr, /\n {2}\S/, 'says what to do');
    });
  }

  it('exits 2 for a file that is not there', () => {
    const apex = join(import.meta.dirname, '../bin/apex');
    const { status, stderr } = spawnSync(process.execPath, [apex, 'run', join(folder, 'gone.ts')], {
      encoding: 'utf8',
    });
    assert.equal(status, 2);
    assert.match(stderr, /There is no file .*gone\.ts\.\n {2}Check the path\./);
  });
});
