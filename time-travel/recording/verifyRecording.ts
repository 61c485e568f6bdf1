import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { maskWords } from '../../protocol/secretForms.ts';
import { describingHooks, MalformedLog } from './decoder.ts';
import { launchPath, logPath, MAIN_PROCESS } from './layout.ts';
import { HEADER_SIZE } from './logFormat.ts';
import { type LogEnd, LogReader } from './logReader.ts';
import { type Metadata, readLaunch, readMetadata } from './metadata.ts';
import { nodeCompression } from './nodeCompression.ts';
import { checkLogVersion, openLogFile } from './openLog.ts';
import { processNames, type UnrecordedProcess, unrecordedProcesses } from './processes.ts';
import { skipEntry } from './skipEntry.ts';

export interface LogReport {
  name: string;
  bytes: number;
  /** Before compression, as far as it can be read. */
  rawBytes: number;
  events: number;
  crossings: number;
  /** `killed`: the program was killed and the log is as it left it; so is one that outlived the main process. */
  state: LogEnd | 'killed';
  /** Script and arguments. */
  words?: string[];
  pid?: number;
  /** Of a worker thread: its `threadId`. */
  thread?: number;
  /** Of a process that another one started: which, and how many events that one had passed. */
  parent?: string;
  startedAtEvent?: number;
}

export interface RecordingReport {
  metadata: Metadata;
  logs: LogReport[];
  /** Processes without a log; absent when there are none. */
  unrecorded?: UnrecordedProcess[];
  /** Everything that was recorded is there and readable. */
  whole: boolean;
}

const WHOLE: readonly LogReport['state'][] = ['complete', 'killed', 'stopped'];

/** Reads every byte of a recording. @throws ApexError when it cannot be opened at all. */
export function verifyRecording(folder: string): RecordingReport {
  const metadata = readMetadata(folder);
  const recorded = metadata.ended?.logs.map(({ name }) => name) ?? [];
  const all = [...new Set([...recorded, ...processNames(folder)])];
  const logs = all.map((name): LogReport => {
    if (killedAtStart(folder, name)) return { ...NOTHING, name, bytes: statSync(logPath(folder, name)).size };
    const { pid, argv, origin, thread } = readLaunch(folder, name);
    return {
      ...verifyLog(folder, name, metadata),
      words: maskWords(argv),
      ...(pid !== undefined && { pid }),
      ...(thread && { thread: thread.id ?? 0 }),
      ...(origin && { parent: origin.parent, startedAtEvent: origin.event }),
    };
  });
  const whole = logs.length > 0 && logs.every(({ state }) => WHOLE.includes(state));
  const unrecorded = unrecordedProcesses(folder);
  return { metadata, logs, ...(unrecorded.length > 0 && { unrecorded }), whole };
}

const NOTHING = { rawBytes: 0, events: 0, crossings: 0, state: 'killed' } as const;

/** A child that was killed before it could write down how it was started: there is nothing of it to replay. */
const killedAtStart = (folder: string, name: string): boolean =>
  name !== MAIN_PROCESS &&
  existsSync(logPath(folder, name)) &&
  statSync(logPath(folder, name)).size <= HEADER_SIZE &&
  !existsSync(launchPath(folder, name));

function verifyLog(folder: string, name: string, { ended }: Metadata): LogReport {
  const path = logPath(folder, name);
  const source = openLogFile(path);
  try {
    const reader = new LogReader(source, nodeCompression, describingHooks());
    checkLogVersion(path, reader.map.version);
    const counts = countEntries(reader);
    const left = ended?.logs.find((log) => log.name === name);
    const asLeft = left !== undefined && (left.bytes === source.size || (!!left.outlived && left.bytes < source.size));
    let state: LogReport['state'] = counts.end;
    if (asLeft && reader.unreadable) state = 'damaged';
    else if (counts.end === 'torn' && asLeft) state = 'killed';
    // Something was added behind its end.
    else if (counts.end === 'complete' && left && !asLeft) state = 'damaged';
    return {
      name,
      bytes: source.size,
      rawBytes: counts.rawBytes,
      events: counts.events,
      crossings: counts.crossings,
      state,
    };
  } finally {
    source.close();
  }
}

function countEntries(reader: LogReader): { end: LogEnd; rawBytes: number; events: number; crossings: number } {
  const counts = { end: 'complete' as LogEnd, rawBytes: 0, events: 0, crossings: 0 };
  try {
    for (;;) {
      const kind = reader.kind();
      if (kind === undefined) {
        counts.end = reader.ended ?? 'torn';
        break;
      }
      if (reader.decoder.position === 1) counts.rawBytes += reader.decoder.bytes.length;
      const entry = skipEntry(reader.decoder, kind);
      if (entry === 'event') counts.events++;
      if (entry === 'end') break;
      counts.crossings++;
    }
  } catch (error) {
    if (!(error instanceof MalformedLog)) throw error;
    counts.end = 'damaged';
  }
  return counts;
}

/** Recordings directly in a folder, newest first, and those that cannot be opened with the reason. */
export function listRecordings(folder: string): { path: string; metadata?: Metadata; problem?: string }[] {
  const found: { path: string; metadata?: Metadata; problem?: string }[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    if (!statSync(join(path, 'recording.json'), { throwIfNoEntry: false })) continue;
    try {
      found.push({ path, metadata: readMetadata(path) });
    } catch (error) {
      found.push({ path, problem: (error as Error).message });
    }
  }
  return found.sort((a, b) => (b.metadata?.started ?? '').localeCompare(a.metadata?.started ?? ''));
}
