import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { type AuditLine, auditFiles, GENESIS, hashLine } from './auditLog.ts';

export interface AuditVerdict {
  ok: boolean;
  lines: number;
  /** The first fault: `audit-000001.jsonl:17: ...`. */
  fault?: string;
  /** Hash of the last good line: kept elsewhere, it also shows when the end of the log was cut off. */
  head: string;
}

/** Every line of the log in order, unchecked. @throws ApexError `no-audit-log` */
export function readAudit(folder: string): { line: AuditLine | undefined; place: string }[] {
  const files = auditFiles(folder);
  if (files.length === 0) {
    throw new ApexError('no-audit-log', `There is no audit log in ${folder}.`, 'Name the folder with --log FOLDER.');
  }
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((text, at) => ({ line: parseLine(text), place: `${basename(file)}:${at + 1}` })),
  );
}

/**
 * Finds any changed, removed, added or reordered line.
 * @param expectedHead the hash that `head` had at an earlier time: it must still be in the chain
 */
export function verifyAudit(folder: string, expectedHead?: string): AuditVerdict {
  let previous = GENESIS;
  let lines = 0;
  let seen = expectedHead === undefined || expectedHead === GENESIS;
  for (const { line, place } of readAudit(folder)) {
    const fault = findFault(line, lines, previous);
    if (fault) return { ok: false, lines, fault: `${place}: ${fault}`, head: previous };
    previous = line!.hash;
    if (previous === expectedHead) seen = true;
    lines++;
  }
  if (!seen)
    return {
      ok: false,
      lines,
      fault: `the line with hash ${expectedHead} is missing: the end was cut off`,
      head: previous,
    };
  return { ok: true, lines, head: previous };
}

function findFault(line: AuditLine | undefined, sequence: number, previous: string): string | undefined {
  if (!line) return 'this is no audit entry';
  if (line.sequence !== sequence) return `entry ${sequence} is missing or out of order`;
  if (line.previous !== previous) return 'it does not follow the line before: a line was removed, added or changed';
  return line.hash === hashLine(line) ? undefined : 'it was changed after it was written';
}

function parseLine(text: string): AuditLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'hash' in value ? (value as AuditLine) : undefined;
  } catch {
    return undefined;
  }
}
