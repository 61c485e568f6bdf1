import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dataFolder } from './recordingsFolder.ts';

/**
 * What binaries said of themselves, so that a command need not start each of them again: tens of milliseconds apiece. An
 * answer holds for the file as it was then (size, time of change, inode).
 */
const answersPath = (): string => join(dataFolder(), 'node-versions.json');
/** Others are forgotten: a machine has a handful. */
const MOST = 50;

type Answers = Record<string, { stamp: string; version: string }>;

/** A file as it is at this moment. */
export interface Stamped {
  /** Absolute, without links. */
  file: string;
  stamp: string;
}

/** The file behind `path`; undefined when there is none. */
export function stampOf(path: string): Stamped | undefined {
  try {
    const file = realpathSync(path);
    const { size, mtimeMs, ctimeMs, ino } = statSync(file);
    return { file, stamp: [size, mtimeMs, ctimeMs, ino].join(' ') };
  } catch {
    return undefined;
  }
}

function readAnswers(): Answers {
  try {
    const parsed: unknown = JSON.parse(readFileSync(answersPath(), 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Answers) : {};
  } catch {
    // Not there, or not ours.
    return {};
  }
}

/** For example `v24.21.0`; undefined when the file has not been asked since it was last changed. */
export function rememberedVersion({ file, stamp }: Stamped): string | undefined {
  const answers = readAnswers();
  const answer = Object.hasOwn(answers, file) ? answers[file] : undefined;
  if (answer?.stamp !== stamp || !/^v\d+\.\d+\.\d+/.test(answer.version)) return undefined;
  return answer.version;
}

export function rememberVersion({ file, stamp }: Stamped, version: string): void {
  const others = Object.entries(readAnswers()).filter(([name]) => name !== file);
  const answers: Answers = { ...Object.fromEntries(others.slice(-MOST)), [file]: { stamp, version } };
  const unfinished = `${answersPath()}.${process.pid}`;
  try {
    mkdirSync(dirname(unfinished), { recursive: true, mode: 0o700 });
    writeFileSync(unfinished, JSON.stringify(answers), { mode: 0o600 });
    renameSync(unfinished, answersPath());
  } catch {
    // A home that cannot be written: the binary is asked again.
  }
}
