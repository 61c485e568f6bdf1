import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { describeNode, findPinnedNode, findProgramNode, nodePackage, PINNED_MAJOR } from './findNode.ts';

describe('finding Node', () => {
  it('describes the running Node', () => {
    assert.equal(describeNode(process.execPath)?.version, process.version);
  });

  it('gives nothing for what is not Node', () => {
    assert.equal(describeNode('/bin/false'), undefined);
    assert.equal(describeNode('/no/such/file'), undefined);
  });

  it('finds the pinned major', () => {
    assert.equal(findPinnedNode().major, PINNED_MAJOR);
  });

  it('names the setting when what it points to is not the pinned major', () => {
    assert.throws(() => findPinnedNode('/no/such/node'), {
      code: 'node-not-found',
      message: /\/no\/such\/node cannot be run/,
    });
  });

  it('refuses a Node whose programs cannot be recorded, by version', function () {
    if (process.platform === 'win32') this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'apex-node-'));
    const old = join(folder, 'node');
    writeFileSync(old, `#!/bin/sh\necho '["v18.0.0",null,"${old}"]'\n`);
    chmodSync(old, 0o755);
    try {
      assert.throws(() => findProgramNode(old), { code: 'node-not-supported', message: /is Node v18\.0\.0/ });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('knows the release that npm installs', () => {
    const { version } = nodePackage();
    assert.ok(Object.values(manifest.optionalDependencies).every((pinned) => pinned === version));
  });
});
