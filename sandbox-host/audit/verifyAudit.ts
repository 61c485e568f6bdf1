import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { type AuditLine, auditFiles, DROPPED, GENESIS, hashLine, placeOf } from './auditLog.ts';

export interface AuditVerdict {
  ok: boolean;
  lines: number;
  /** How many older ones are gone because the log had become too long: a line of the chain says so. */
  dropped?: number;
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
  const entries = readAudit(folder);
  const begin = beginningOf(entries.map(({ line }) => line));
  let { previous } = begin;
  let lines = 0;
  let seen = expectedHead === undefined || expectedHead === previous;
  const verdict = (fault?: string): AuditVerdict => ({
    ok: fault === undefined,
    lines,
    ...(begin.sequence > 0 && { dropped: begin.sequence }),
    ...(fault !== undefined && { fault }),
    head: previous,
  });
  for (const { line, place } of entries) {
    const fault = findFault(line, begin.sequence + lines, previous);
    if (fault) return verdict(`${place}: ${fault}`);
    previous = line!.hash;
    if (previous === expectedHead) seen = true;
    lines++;
  }
  if (seen) return verdict();
  const otherwise = begin.sequence > 0 ? ', or it is among those that were dropped' : '';
  return verdict(`the line with hash ${expectedHead} is missing: the end was cut off${otherwise}`);
}

/** Where the chain begins: with its first entry, or where one of its own lines says since files were dropped. */
function beginningOf(lines: readonly (AuditLine | undefined)[]): Pick<AuditLine, 'sequence' | 'previous'> {
  const first = lines[0];
  const isSaid = first && lines.some((line) => line?.operation === DROPPED && line.resource === placeOf(first));
  return isSaid ? first : { sequence: 0, previous: GENESIS };
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
