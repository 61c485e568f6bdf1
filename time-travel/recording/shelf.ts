import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import type { KeptRecording, Shelf } from '../../protocol/recordings.ts';
import { readMetadata } from './metadata.ts';
import { readNotes } from './notes.ts';
import { listRecordings } from './verifyRecording.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Recordings directly in a folder, newest first, with their size and notes. */
export function listShelf(folder: string): KeptRecording[] {
  if (!existsSync(folder)) return [];
  return listRecordings(resolve(folder)).map((found) => ({
    ...found,
    bytes: folderBytes(found.path),
    notes: readNotes(found.path),
  }));
}

/**
 * Makes room: deletes the oldest recordings until no more than `most` and `mostMegabytes` are left. Pinned ones, the
 * newest one, and one that may still be running stay, and so does what cannot be opened: it may be of a newer Apex.
 * @returns the paths of the deleted ones
 */
export function pruneShelf({ folder, most, mostMegabytes }: Shelf, now = Date.now()): string[] {
  const kept = listShelf(folder);
  let count = kept.length;
  let bytes = kept.reduce((sum, recording) => sum + recording.bytes, 0);
  const deleted: string[] = [];
  for (const recording of kept.slice(1).reverse()) {
    if (count <= most && bytes <= mostMegabytes * 1024 * 1024) break;
    if (recording.notes.pinned || !isOver(recording, now)) continue;
    rmSync(recording.path, { recursive: true, force: true });
    count--;
    bytes -= recording.bytes;
    deleted.push(recording.path);
  }
  return deleted;
}

/** @throws ApexError when the folder holds no recording: nothing else is ever deleted */
export function deleteRecording(folder: string): void {
  readMetadata(folder);
  rmSync(folder, { recursive: true });
}

/**
 * Copies a recording into a folder, under its own name or, when that is taken, with a number behind it.
 * @returns the path of the copy
 * @throws ApexError `copy-into-itself`, and when the folder holds no recording
 */
export function copyRecording(recording: string, into: string): string {
  const from = resolve(recording);
  readMetadata(from);
  if (`${resolve(into)}${sep}`.startsWith(from + sep)) {
    throw new ApexError('copy-into-itself', 'A recording cannot be copied into itself.', 'Name another folder.');
  }
  const target = freePath(join(resolve(into), basename(from)));
  cpSync(from, target, { recursive: true });
  return target;
}

/** The path itself, or with the first number behind it that makes it new. */
export function freePath(path: string): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`;
    if (!existsSync(candidate)) return candidate;
  }
}

/** One that has no end was killed with its recorder, or runs: after a day without news it is taken as killed. */
function isOver({ metadata, path }: KeptRecording, now: number): boolean {
  if (!metadata) return false;
  if (metadata.ended) return true;
  const newest = Math.max(...readdirSync(path).map((file) => statSync(join(path, file)).mtimeMs));
  return now - newest > DAY;
}

function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? folderBytes(path) : (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }
  return bytes;
}
