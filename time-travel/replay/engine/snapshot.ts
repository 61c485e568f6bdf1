import { constants, copyFileSync, cpSync, existsSync, mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { ApexError } from '../../../protocol/errors.ts';
import { launchPath, logPath, MAIN_PROCESS, METADATA_FILE } from '../../recording/layout.ts';
import { HEADER_SIZE } from '../../recording/logFormat.ts';
import { loadChunk, loadPieces, mapLog } from '../../recording/logFrames.ts';
import { nodeCompression } from '../../recording/nodeCompression.ts';
import { openLogFile } from '../../recording/openLog.ts';

/** How often the copy is tried again when the recorder wrote meanwhile. */
const TRIES = 8;

/** A program that is being recorded has come so far that its recording can be replayed. */
export function canBeReplayed(folder: string): boolean {
  return existsSync(launchPath(folder, MAIN_PROCESS)) && existsSync(logPath(folder, MAIN_PROCESS));
}

/**
 * Copies a recording as it is now, while its program may go on writing: replays of the copy all end at one moment.
 * @throws ApexError `recording-damaged` when no whole copy could be made
 */
export function copyRecordingSoFar(folder: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const path of [join(folder, METADATA_FILE), launchPath(folder, MAIN_PROCESS)]) {
    cpSync(path, join(to, path.slice(folder.length)));
  }
  const log = logPath(to, MAIN_PROCESS);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    copyFileSync(logPath(folder, MAIN_PROCESS), log, constants.COPYFILE_FICLONE);
    if (isWhole(log)) return;
  }
  throw new ApexError('recording-damaged', 'The recording changed while it was read.', 'Ask again.');
}

/** The pieces at the end of a log are written over when their chunk is closed; what is left of older ones is cut off. */
function isWhole(path: string): boolean {
  const log = openLogFile(path);
  try {
    const { chunks, pieces } = mapLog(log, nodeCompression);
    const closed = chunks.at(-1);
    if (closed && !loadChunk(log, closed, nodeCompression)) return false;
    if (loadPieces(log, pieces, nodeCompression).damaged) return false;
    const last = pieces.at(-1) ?? closed;
    truncateSync(path, last ? last.position + last.storedLength : HEADER_SIZE);
    return true;
  } finally {
    log.close();
  }
}
