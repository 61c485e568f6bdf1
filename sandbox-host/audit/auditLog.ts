import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';

/** One entry: what happened, to whom, by whose wish. Nothing secret: names of resources, never contents. */
export interface AuditEvent {
  operation: string;
  /** The sandbox (`sandbox-3`) or the host. */
  actor: string;
  outcome: 'allowed' | 'denied' | 'audited' | 'done' | 'failed';
  resource?: string;
  reason?: string;
}

/** A line as it stands in the file. `hash` covers the line without it and the hash of the line before. */
export interface AuditLine extends AuditEvent {
  sequence: number;
  /** ISO time. */
  time: string;
  previous: string;
  hash: string;
}

export const GENESIS = '0'.repeat(64);
const ROTATE_BYTES = 8 << 20;
const FLUSH_MS = 50;

/** SHA-256 over the entry in a fixed order of fields, chained to the one before. */
export function hashLine(line: Omit<AuditLine, 'hash'>): string {
  const { sequence, time, previous, operation, actor, outcome, resource, reason } = line;
  const text = JSON.stringify([sequence, time, previous, operation, actor, outcome, resource ?? null, reason ?? null]);
  return createHash('sha256').update(text).digest('hex');
}

/** The files of a log in their order. */
export function auditFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^audit-\d{6}\.jsonl$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** An append-only log, hash-chained across its files, written and fsynced in batches. */
export class AuditLog {
  readonly #folder: string;
  #file = -1;
  #fileBytes = 0;
  #fileNumber = 0;
  #sequence = 0;
  #previous = GENESIS;
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Continues the log in `folder`, or begins one. @throws ApexError `audit-damaged` when its end was changed */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#continue();
  }

  write(event: AuditEvent): void {
    const entry = { sequence: this.#sequence++, time: new Date().toISOString(), previous: this.#previous, ...event };
    const hash = hashLine(entry);
    this.#previous = hash;
    this.#waiting.push(`${JSON.stringify({ ...entry, hash })}\n`);
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Everything written so far is on disk when this returns. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const text = this.#waiting.join('');
    this.#waiting = [];
    if (this.#file < 0 || this.#fileBytes > ROTATE_BYTES) this.#nextFile();
    this.#fileBytes += writeSync(this.#file, text);
    fsyncSync(this.#file);
  }

  close(): void {
    this.flush();
    if (this.#file >= 0) closeSync(this.#file);
    this.#file = -1;
  }

  #continue(): void {
    const files = auditFiles(this.#folder);
    const last = files.at(-1);
    if (!last) return;
    this.#fileNumber = Number(/(\d{6})\.jsonl$/.exec(last)![1]);
    dropTornLine(last);
    const line = files.toReversed().map(lastLine).find(Boolean);
    if (line) {
      const { sequence, hash } = readLine(line, last);
      this.#sequence = sequence + 1;
      this.#previous = hash;
    }
    if (statSync(last).size <= ROTATE_BYTES) this.#open(last);
  }

  #nextFile(): void {
    if (this.#file >= 0) closeSync(this.#file);
    this.#fileNumber++;
    this.#open(join(this.#folder, `audit-${String(this.#fileNumber).padStart(6, '0')}.jsonl`));
  }

  #open(path: string): void {
    this.#file = openSync(path, 'a', 0o600);
    this.#fileBytes = statSync(path).size;
  }
}

/** A crash may have torn the last line: it was never whole, so it goes, and the chain goes on from the one before. */
function dropTornLine(file: string): void {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) truncateSync(file, end);
}

function lastLine(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
}

function readLine(text: string, file: string): Pick<AuditLine, 'sequence' | 'hash'> {
  try {
    const line = JSON.parse(text) as AuditLine;
    if (Number.isSafeInteger(line.sequence) && /^[0-9a-f]{64}$/.test(line.hash)) return line;
  } catch {
    // Told below.
  }
  const advice = 'See "apex audit verify"; the log is kept, and the next one is begun.';
  throw new ApexError('audit-damaged', `The last line of ${file} is no audit entry: somebody has changed it.`, advice);
}
