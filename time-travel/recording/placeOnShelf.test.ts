import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeMetadata } from './metadata.ts';
import { findRecording, placeOnShelf } from './placeOnShelf.ts';

describe('where a recording is kept', () => {
  const keep = (path: string, started: string) => {
    mkdirSync(path);
    const format = 1;
    writeMetadata(path, {
      format,
      node: 'v24.0.0',
      platform: 'linux',
      arch: 'x64',
      command: ['a.js'],
      cwd: '/',
      started,
    });
  };
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-kept-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const now = new Date('2026-11-20T17:30:12.345Z');

  it('is named by time and program, and never taken', () => {
    const first = placeOnShelf(folder, '/shop/my server.test.ts', now);
    assert.equal(first, join(folder, '20261120-173012-my_server.test'));
    mkdirSync(first);
    assert.equal(placeOnShelf(folder, '/shop/my server.test.ts', now), `${first}-2`);
  });

  it('is found by path, by name, and as the last one', () => {
    const [older, newer] = ['older', 'newer'].map((name) => join(folder, name)) as [string, string];
    keep(older, '2026-11-20T10:00:00.000Z');
    keep(newer, '2026-11-20T11:00:00.000Z');
    assert.equal(findRecording('/elsewhere', older), older);
    assert.equal(findRecording(folder, 'older'), older);
    assert.equal(findRecording(folder, 'last'), newer);
    assert.equal(findRecording('/elsewhere', 'none'), resolve('none'));
  });
});
