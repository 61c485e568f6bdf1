import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanDisk } from '../disk/scanDisk.ts';
import { enginePath } from '../disk/sourceFiles.ts';
import { projectPolicy } from './analysisPolicy.ts';

const program = `import { exec } from 'node:child_process';
import pad from 'left-pad/lib';
const { createHash } = require('crypto');
export const name = (text) => createHash('md5').update(pad(text)).digest('hex');
exec('git status');
`;

describe('a policy for the analysis', () => {
  let folder = '';
  const put = (name: string, content: unknown): void =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  const scan = (): string[] => {
    const { findings } = scanDisk([enginePath(folder)], { library: false });
    return findings.map(({ start, rule, severity }) => `${start.line + 1} ${rule} ${severity}`);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-policy-'));
    put('a.js', program);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('turns rules off, gives them another severity, and forbids modules and functions', () => {
    assert.deepEqual(scan(), ['4 weak-hash low']);
    const analysis = {
      rules: { 'weak-hash': 'critical', 'forbidden-use': 'low' },
      forbiddenModules: ['left-*'],
      forbiddenApis: { 'child_process.exec': 'execFile needs no shell' },
    };
    put('apex.policy.json', { version: 1, analysis });
    assert.deepEqual(scan(), ['2 forbidden-use low', '4 weak-hash critical', '5 forbidden-use low']);
    put('apex.policy.json', { version: 1, analysis: { rules: { 'weak-hash': 'off' } } });
    assert.deepEqual(scan(), []);
  });

  it('forbids to import what sandboxes must not load, and can be silenced with a reason', () => {
    put('apex.policy.json', {
      version: 1,
      forbiddenModules: ['left-pad'],
      analysis: { rules: { 'weak-hash': 'off' } },
    });
    assert.deepEqual(scan(), ['2 forbidden-use high']);
    put(
      'a.js',
      program.replace("'left-pad/lib';", "'left-pad/lib'; // apex-ignore forbidden-use -- until the next release"),
    );
    assert.deepEqual(scan(), []);
  });

  it('can only be tightened by what extends it', () => {
    put('base.json', {
      version: 1,
      analysis: {
        rules: { 'weak-hash': 'high', 'sql-injection': 'off' },
        failOn: 'medium',
        forbiddenApis: { eval: 'never' },
      },
    });
    put('apex.policy.json', {
      version: 1,
      extends: ['./base.json'],
      analysis: {
        rules: { 'weak-hash': 'off', 'sql-injection': 'low' },
        failOn: 'critical',
        forbiddenApis: { eval: '' },
      },
    });
    assert.deepEqual(projectPolicy(folder), {
      rules: { 'weak-hash': 'high', 'sql-injection': 'low' },
      failOn: 'medium',
      forbiddenModules: [],
      forbiddenApis: { eval: 'never' },
    });
  });

  it('names the place of a mistake', () => {
    put('apex.policy.json', { version: 1, analysis: { failOn: 'severe' } });
    assert.throws(() => scan(), /apex\.policy\.json: analysis\.failOn: /);
  });
});
