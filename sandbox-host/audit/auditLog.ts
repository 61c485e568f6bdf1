import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
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
/** The operation of the line that says where the chain begins since older files were dropped. */
export const DROPPED = 'audit.dropped';
const FLUSH_MS = 50;
const RETRY_MS = 1000;
/** What waits for a disk that takes nothing; more is a host that works without a log. */
const MOST_WAITING = 64 << 20;

/** Sizes in bytes. */
export interface AuditSizes {
  /** A file that is longer is followed by the next. */
  rotateBytes: number;
  /** The oldest files are dropped while all of them are longer, the newest is kept. */
  keepBytes: number;
}

const DEFAULT_SIZES: AuditSizes = { rotateBytes: 8 << 20, keepBytes: 128 << 20 };

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
  #waitingLength = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #sizes: AuditSizes;

  /** Continues the log in `folder`, or begins one. @throws ApexError `audit-damaged` when its end was changed */
  constructor(folder: string, sizes: Partial<AuditSizes> = {}) {
    this.#folder = folder;
    this.#sizes = { ...DEFAULT_SIZES, ...sizes };
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#continue();
  }

  write(event: AuditEvent): void {
    const entry = { sequence: this.#sequence++, time: new Date().toISOString(), previous: this.#previous, ...event };
    const hash = hashLine(entry);
    this.#previous = hash;
    const text = `${JSON.stringify({ ...entry, hash })}\n`;
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    this.#timer ??= setTimeout(() => this.#tryFlush(), FLUSH_MS);
  }

  /** Everything written so far is on disk when this returns. @throws when the disk takes nothing: what waits is kept */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const rotates = this.#file < 0 || this.#fileBytes > this.#sizes.rotateBytes;
    if (rotates) this.#nextFile();
    const bytes = Buffer.from(this.#waiting.join(''));
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      fsyncSync(this.#file);
    } catch (error) {
      // Half a line would be a damaged log: it is written as a whole, later.
      ftruncateSync(this.#file, this.#fileBytes);
      throw error;
    }
    this.#fileBytes += bytes.length;
    this.#waiting = [];
    this.#waitingLength = 0;
    if (rotates) this.#dropOldest();
  }

  /** A full disk is no reason to end every sandbox, as long as nothing is lost. */
  #tryFlush(): void {
    try {
      this.flush();
    } catch (error) {
      if (this.#waitingLength > MOST_WAITING) throw error;
      this.#timer ??= setTimeout(() => this.#tryFlush(), RETRY_MS);
    }
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
    if (statSync(last).size <= this.#sizes.rotateBytes) this.#open(last);
  }

  #nextFile(): void {
    if (this.#file >= 0) closeSync(this.#file);
    this.#fileNumber++;
    this.#open(join(this.#folder, `audit-${String(this.#fileNumber).padStart(6, '0')}.jsonl`));
  }

  /** A line of the chain says first what goes, so that nobody else can drop the beginning unseen. */
  #dropOldest(): void {
    const files = auditFiles(this.#folder).map((path) => ({ path, bytes: statSync(path).size }));
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const gone: string[] = [];
    while (files.length > 1 && total > this.#sizes.keepBytes) {
      const { path, bytes } = files.shift()!;
      gone.push(path);
      total -= bytes;
    }
    const begin = gone.length > 0 ? firstEntry(files[0]!.path) : undefined;
    // What somebody has changed is kept for whoever looks into it.
    if (!begin) return;
    this.write({ operation: DROPPED, actor: 'host', outcome: 'done', resource: placeOf(begin) });
    this.flush();
    for (const path of gone) rmSync(path, { force: true });
  }

  #open(path: string): void {
    this.#file = openSync(path, 'a', 0o600);
    this.#fileBytes = statSync(path).size;
  }
}

/** What a line of `audit.dropped` says: the chain goes on with this entry, after that hash. */
export function placeOf({ sequence, previous }: Pick<AuditLine, 'sequence' | 'previous'>): string {
  return `the entries before ${sequence}, which follows ${previous}`;
}

function firstEntry(file: string): AuditLine | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return JSON.parse(text.slice(0, text.indexOf('\n'))) as AuditLine;
  } catch {
    return undefined;
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
