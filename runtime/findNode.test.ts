import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

  it('asks a binary again when it was replaced', function () {
    if (process.platform !== 'linux') this.skip();
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-node-')));
    const [path, home] = [join(folder, 'node'), process.env.XDG_DATA_HOME];
    process.env.XDG_DATA_HOME = folder;
    const says = (version: string, execPath: string) => {
      writeFileSync(
        `${path}.new`,
        `#!/bin/sh\necho asked >> ${folder}/asked\necho '["${version}",null,"${execPath}"]'\n`,
      );
      chmodSync(`${path}.new`, 0o755);
      renameSync(`${path}.new`, path);
    };
    // Another process each time: this one has its own memory.
    const version = () => {
      const script = `import { describeNode } from '${import.meta.dirname}/findNode.ts'; console.log(describeNode('${path}')?.version);`;
      return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim();
    };
    const asked = () => readFileSync(join(folder, 'asked'), 'utf8').length / 'asked\n'.length;
    try {
      says('v24.0.0', path);
      assert.deepEqual([version(), version(), asked()], ['v24.0.0', 'v24.0.0', 1]);
      says('v24.0.1', path);
      assert.deepEqual([version(), asked()], ['v24.0.1', 2]);
      // What a shim stands for may change while it stays.
      says('v24.0.2', '/elsewhere/node');
      assert.deepEqual([version(), version(), asked()], ['v24.0.2', 'v24.0.2', 4]);
    } finally {
      if (home === undefined) delete process.env.XDG_DATA_HOME;
      else process.env.XDG_DATA_HOME = home;
      rmSync(folder, { recursive: true });
    }
  });

  it('knows the release that npm installs', () => {
    const { version } = nodePackage();
    const nodes = Object.entries(manifest.optionalDependencies).filter(([name]) => name.startsWith('node-'));
    assert.ok(nodes.length > 0 && nodes.every(([, pinned]) => pinned === version));
  });
});
