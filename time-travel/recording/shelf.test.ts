import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Metadata, writeMetadata } from './metadata.ts';
import { readNotes, writeNotes } from './notes.ts';
import { copyRecording, deleteRecording, listShelf, pruneShelf } from './shelf.ts';

describe('shelf of recordings', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-shelf-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A recording of `day` in November with a log of so many bytes. */
  function record(name: string, day: number, bytes = 10, changes: Partial<Metadata> = {}): string {
    const path = join(folder, name);
    mkdirSync(path);
    const metadata: Metadata = {
      format: 1,
      node: 'v24.21.0',
      platform: 'linux',
      arch: 'x64',
      command: [`${name}.ts`],
      cwd: folder,
      started: `2026-11-${day}T10:00:00.000Z`,
      ended: { code: 0, durationMs: 5, logs: [] },
      ...changes,
    };
    writeMetadata(path, metadata);
    writeFileSync(join(path, 'main.log'), Buffer.alloc(bytes));
    return path;
  }
  const left = () => readdirSync(folder).sort();
  const roomFor = (most: number, mostMegabytes = 1000) => ({ folder, most, mostMegabytes });

  it('lists the newest first, with size and notes', () => {
    record('old', 10);
    const path = record('new', 12, 5000);
    writeNotes(path, { title: 'The lost cents', note: 'see cart.ts', pinned: true });
    const [first, second, ...more] = listShelf(folder);
    assert.equal(first!.path, path);
    assert.deepEqual(first!.notes, { title: 'The lost cents', note: 'see cart.ts', pinned: true });
    assert.ok(first!.bytes > 5000);
    assert.deepEqual([basename(second!.path), second!.notes, more], ['old', {}, []]);
    assert.deepEqual(listShelf(join(folder, 'nowhere')), []);
  });

  it('changes only the notes that are given, and removes empty ones', () => {
    const path = record('one', 10);
    writeNotes(path, { title: 'A', note: 'B' });
    assert.deepEqual(writeNotes(path, { note: '', pinned: true }), { title: 'A', pinned: true });
    assert.deepEqual(writeNotes(path, { pinned: false }), { title: 'A' });
    writeFileSync(join(path, 'notes.json'), '{"title":7}');
    assert.deepEqual(readNotes(path), {});
  });

  it('makes room by number: the oldest unpinned go', () => {
    for (const day of [10, 11, 12, 13]) record(`d${day}`, day);
    writeNotes(join(folder, 'd10'), { pinned: true });
    assert.deepEqual(
      pruneShelf(roomFor(2)).map((path) => basename(path)),
      ['d11', 'd12'],
    );
    assert.deepEqual(left(), ['d10', 'd13']);
  });

  it('makes room by size, but keeps the newest however large', () => {
    record('a', 10, 600_000);
    record('b', 11, 600_000);
    record('c', 12, 3_000_000);
    pruneShelf(roomFor(10, 2));
    assert.deepEqual(left(), ['c']);
  });

  it('leaves what may still run, and what it cannot open', () => {
    const running = record('running', 10, 10, { ended: undefined });
    record('foreign', 11, 10, { format: 99 });
    record('new', 12);
    assert.deepEqual(pruneShelf(roomFor(1)), []);
    for (const file of readdirSync(running)) utimesSync(join(running, file), 1000, 1000);
    assert.deepEqual(
      pruneShelf(roomFor(1)).map((path) => basename(path)),
      ['running'],
    );
    assert.deepEqual(left(), ['foreign', 'new']);
  });

  it('copies under a free name, never into itself', () => {
    const path = record('one', 10);
    const target = join(folder, 'elsewhere');
    assert.equal(copyRecording(path, target), join(target, 'one'));
    assert.equal(copyRecording(path, target), join(target, 'one-2'));
    assert.equal(listShelf(target).length, 2);
    assert.throws(() => copyRecording(path, path), { code: 'copy-into-itself' });
  });

  it('deletes recordings and nothing else', () => {
    const path = record('one', 10);
    mkdirSync(join(folder, 'photos'));
    assert.throws(() => deleteRecording(join(folder, 'photos')), { code: 'recording-foreign' });
    deleteRecording(path);
    assert.deepEqual([existsSync(path), left()], [false, ['photos']]);
  });
});
