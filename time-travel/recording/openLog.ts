import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ApexError } from '../../protocol/errors.ts';
import { HEADER_SIZE, LOG_VERSION, logVersion } from './logFormat.ts';
import type { LogSource } from './logFrames.ts';

/** Opens the file of a log. @throws ApexError `recording-damaged` */
export function openLogFile(path: string): LogSource & { close(): void } {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ApexError('recording-damaged', `${path} cannot be read (${code}).`, 'Record the program again.');
  }
  return {
    size: fstatSync(fd).size,
    read(position, length) {
      const bytes = Buffer.allocUnsafe(Math.min(length, Math.max(0, fstatSync(fd).size - position)));
      let done = 0;
      while (done < bytes.length) {
        const count = readSync(fd, bytes, done, bytes.length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return bytes.subarray(0, done);
    },
    close: () => closeSync(fd),
  };
}

/** @throws ApexError `recording-damaged` for a file that is no log, `recording-version` for one of another version */
export function checkLog(path: string): void {
  const log = openLogFile(path);
  const header = log.read(0, HEADER_SIZE);
  log.close();
  checkLogVersion(path, logVersion(header));
}

/** @throws ApexError `recording-damaged` for a file that is no log, `recording-version` for one of another version */
export function checkLogVersion(path: string, version: number | undefined): void {
  if (version === LOG_VERSION) return;
  if (version === undefined) {
    throw new ApexError('recording-damaged', `${path} is not the log of a program.`, 'Record the program again.');
  }
  throw new ApexError(
    'recording-version',
    `${path} has version ${version}; this Apex reads version ${LOG_VERSION}.`,
    version > LOG_VERSION ? 'Open it with a newer Apex.' : 'Record the program again.',
  );
}
