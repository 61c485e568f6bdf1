import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const apex = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, '../bin/apex'), ...args], { encoding: 'utf8' });

describe('apex', () => {
  it('lists its commands without arguments', () => {
    const { status, stdout } = apex();
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: apex COMMAND/);
  });

  it('names an unknown command and says where to look, with exit code 2', () => {
    const { status, stderr } = apex('frobnicate');
    assert.equal(status, 2);
    assert.equal(stderr, 'apex: There is no command "frobnicate".\n  "apex help" lists the commands.\n');
  });

  it('gives errors as JSON with --json', () => {
    const { status, stdout } = apex('frobnicate', '--json');
    assert.equal(status, 2);
    assert.equal(JSON.parse(stdout).error.code, 'unknown-command');
  });

  it('does not take an inherited property for a command', () => {
    assert.equal(apex('constructor').status, 2);
  });
});
