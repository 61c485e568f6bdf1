import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { programPath } from '../../../runtime/programs.ts';
import { packCode, unpackCode } from './codeCache.ts';
import { formatOrder } from './order.ts';

describe('compiled code of the boundary', () => {
  const folder = mkdtempSync(join(tmpdir(), 'apex-compiled-'));
  const codeCache = join(folder, 'compiled');
  mkdirSync(codeCache);
  after(() => rmSync(folder, { recursive: true, force: true }));

  const SEES_NOTHING = 'process.argv0.length > 0 && new Error("x").stack.includes("boundary")';
  const record = (...flags: string[]) => run(SEES_NOTHING, ...flags).printed;
  const run = (source: string, ...flags: string[]) => {
    const order = formatOrder({ mode: 'record', folder, process: 'main', codeCache });
    const script = ['-p', source];
    const words = ['--expose-internals', '-r', programPath('boundary.cjs'), ...flags, ...script];
    const { stdout, stderr, status } = spawnSync(process.execPath, words, {
      env: { ...process.env, APEX_BOUNDARY: order },
      encoding: 'utf8',
    });
    return { printed: `${stdout}${stderr}`, status };
  };
  const content = () => readdirSync(codeCache).map((name) => readFileSync(join(codeCache, name)).toString('hex'));

  it('is believed only for its own source, and whole', () => {
    const packed = packCode('source', Buffer.from('code'), crc32);
    assert.equal(unpackCode(packed, 'source', crc32)?.toString(), 'code');
    assert.equal(unpackCode(packed, 'Source', crc32), undefined);
    assert.equal(unpackCode(packed.subarray(0, -1), 'source', crc32), undefined);
    for (let at = 0; at < packed.length; at++) {
      const flipped = Buffer.from(packed);
      flipped[at]! ^= 4;
      assert.equal(unpackCode(flipped, 'source', crc32), undefined);
    }
  });

  it('is written by the first start, used by the next, and written again when it is damaged', function () {
    this.timeout(180_000);
    assert.equal(record(), 'false\n');
    const [first] = content();
    assert.ok(first && content().length === 1);
    assert.equal(record(), 'false\n');
    assert.deepEqual(content(), [first]);
    const [name] = readdirSync(codeCache);
    writeFileSync(join(codeCache, name!), 'no code at all');
    assert.equal(record(), 'false\n');
    assert.ok(content()[0]!.length > 10_000);
  });

  it('is written behind a program that took its globals away, or not at all', function () {
    this.timeout(180_000);
    for (const name of readdirSync(codeCache)) rmSync(join(codeCache, name));
    const source = `delete globalThis.Buffer; Uint8Array.prototype.set = () => { throw new Error('taken'); }; 1`;
    assert.deepEqual(run(source), { printed: '1\n', status: 0 });
  });

  it('is no condition: V8 refuses it under other options', function () {
    this.timeout(180_000);
    const before = content();
    assert.equal(record('--no-lazy'), 'false\n');
    assert.deepEqual(content(), before);
  });
});
