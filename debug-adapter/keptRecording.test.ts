import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeOnShelf } from './keptRecording.ts';

describe('where a session keeps its recording', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-kept-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const now = new Date('2026-11-20T17:30:12.345Z');

  it('is named by time and program, and never taken', () => {
    const shelf = { folder, most: 1, mostMegabytes: 1 };
    const first = placeOnShelf({ shelf, program: '/shop/my server.test.ts' }, now)!;
    assert.equal(first, join(folder, '20261120-173012-my_server.test'));
    mkdirSync(first);
    assert.equal(placeOnShelf({ shelf, program: '/shop/my server.test.ts' }, now), `${first}-2`);
  });

  it('is nowhere without a shelf', () => assert.equal(placeOnShelf({ program: '/a.js' }, now), undefined));
});
