import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { ApexError } from '../../protocol/errors.ts';
import { FORMAT_VERSION, type Launch, launchPath, METADATA_FILE } from './layout.ts';
import { sealJson, unsealJson } from './sealedJson.ts';

const logSchema = z.object({
  name: z.string(),
  /** Length of the log when its process had ended: a shorter file was cut afterwards. */
  bytes: z.number(),
  /** Of a process that another one started: which, and how many events that one had passed. */
  parent: z.string().optional(),
  startedAtEvent: z.number().optional(),
  pid: z.number().optional(),
  /** Of a worker thread: its `threadId`. */
  thread: z.number().optional(),
  /** Script and arguments. */
  words: z.array(z.string()).optional(),
  /** It still ran when the main process had ended: its log goes on behind `bytes`. */
  outlived: z.boolean().optional(),
});

const metadataSchema = z.object({
  format: z.number(),
  /** Version of Node, for example `v24.21.0`. */
  node: z.string(),
  platform: z.string(),
  arch: z.string(),
  /** Words behind `apex record --`. */
  command: z.array(z.string()),
  cwd: z.string(),
  /** ISO 8601. */
  started: z.string(),
  gitCommit: z.string().optional(),
  /** What looked like a secret was replaced (`--redact`). */
  redacted: z.boolean().optional(),
  /** Absent while the program runs, and for ever when the recorder was killed with it. */
  ended: z
    .object({
      code: z.number().optional(),
      signal: z.string().optional(),
      durationMs: z.number(),
      logs: z.array(logSchema),
    })
    .optional(),
});

export type RecordedLog = z.infer<typeof logSchema>;
export type Metadata = z.infer<typeof metadataSchema>;

const launchSchema = z.object({
  version: z.string(),
  execPath: z.string(),
  execArgv: z.array(z.string()),
  argv: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  cwd: z.string().optional(),
  pid: z.number().optional(),
  origin: z.object({ parent: z.string(), event: z.number(), output: z.array(z.number()) }).optional(),
  channel: z.object({ fd: z.number(), serialization: z.string(), workerId: z.string().optional() }).optional(),
  thread: z
    .object({
      id: z.number().optional(),
      entry: z.string(),
      kind: z.enum(['file', 'code', 'data']),
      argv: z.array(z.string()),
      hasStdin: z.boolean(),
      name: z.string().optional(),
      options: z.array(z.string()),
      processOptions: z.array(z.string()),
      stackSizeMb: z.number().optional(),
      sharesEnvironment: z.boolean().optional(),
    })
    .optional(),
  pipes: z.array(z.number()).optional(),
  files: z.array(z.number()).optional(),
});

/** Replaces the file in one step: a reader never sees half of it. */
export function writeMetadata(folder: string, metadata: Metadata): void {
  const path = join(folder, METADATA_FILE);
  writeFileSync(`${path}.new`, `${sealJson(metadata, crc32, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

const BROKEN_ADVICE = 'Record the program again; "apex recording verify" says what is left.';

/**
 * @throws ApexError `recording-not-found`, `recording-foreign` (not a recording), `recording-version` (of a newer Apex),
 *   `recording-damaged`.
 */
export function readMetadata(folder: string): Metadata {
  const path = join(folder, METADATA_FILE);
  const text = readText(folder, path);
  // Before the checksum: a newer format may have another one.
  const format = Number(/"format":\s*(\d+)/.exec(text)?.[1]);
  if (format > FORMAT_VERSION) {
    throw new ApexError(
      'recording-version',
      `${folder} has the format ${format}; this Apex reads up to ${FORMAT_VERSION}.`,
      'Open it with a newer Apex.',
    );
  }
  const parsed = metadataSchema.safeParse(unsealed(text, path));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new ApexError('recording-damaged', `${METADATA_FILE} of ${folder} is damaged at "${where}".`, BROKEN_ADVICE);
}

/** @throws ApexError `recording-damaged` */
export function readLaunch(folder: string, name: string): Launch {
  const path = launchPath(folder, name);
  const parsed = launchSchema.safeParse(unsealed(readText(folder, path), path));
  if (parsed.success) return parsed.data;
  throw new ApexError('recording-damaged', `The start of process "${name}" in ${folder} is damaged.`, BROKEN_ADVICE);
}

function readText(folder: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw missing(folder, path, error as NodeJS.ErrnoException);
  }
}

function unsealed(text: string, path: string): unknown {
  const value = unsealJson(text, crc32);
  if (!value) throw new ApexError('recording-damaged', `${path} is damaged.`, BROKEN_ADVICE);
  return value;
}

function missing(folder: string, path: string, error: NodeJS.ErrnoException): ApexError {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats) {
    return new ApexError('recording-not-found', `There is no recording ${folder}.`, 'Check the path.');
  }
  if (!stats.isDirectory() || (error.code === 'ENOENT' && path.endsWith(METADATA_FILE))) {
    return new ApexError(
      'recording-foreign',
      `${folder} is not a recording.`,
      'A recording is the folder that "apex record --out FOLDER -- SCRIPT" made.',
    );
  }
  return new ApexError('recording-damaged', `${path} cannot be read (${error.code}).`, BROKEN_ADVICE);
}
