/** Writes down how the program was started, for its replay. */
import { type Launch, logPath, type ThreadStart } from '../../recording/layout.ts';
import { withNodeOptions } from '../../recording/nodeOptions.ts';
import { bufferFrom } from '../../recording/safeBuiltins.ts';
import { sealJson } from '../../recording/sealedJson.ts';
import { state } from '../boundaryState.ts';
import { earlyFiles, earlyPipes } from '../output/stdio.ts';
import { internalBinding, type NativeFunction, realNatives, WRITE_EXCLUSIVE, WRITE_NEW } from '../start/natives.ts';
import type { BoundaryOrder } from '../start/order.ts';
import { threadId } from './threads.ts';

const { crc32 } = internalBinding('zlib') as { crc32(data: string, seed: number): number };
/** Taken before it is wrapped: the program has not asked for it. */
const { cwd } = internalBinding('process_methods') as Record<string, NativeFunction>;

export function writeLaunch(path: string, { origin, channel, nodeOptions, thread }: BoundaryOrder): void {
  const launch: Launch = cleaned({
    version: process.version,
    execPath: process.execPath,
    execArgv: process.execArgv,
    argv: thread ? threadWords(thread) : process.argv.slice(1),
    environment: thread ? startEnvironment : withNodeOptions(startEnvironment, nodeOptions),
    pid: process.pid,
    ...(startFolder !== undefined && { cwd: startFolder }),
    ...(origin && { origin }),
    ...(channel && { channel }),
    ...(thread && { thread: { ...thread, id: threadId } }),
    ...(earlyPipes.length > 0 && { pipes: earlyPipes }),
    ...(earlyFiles.length > 0 && { files: earlyFiles }),
  });
  const fd = realNatives.open(path, WRITE_NEW, 0o600);
  realNatives.write(fd, bufferFrom(sealJson(launch, (text) => crc32(text, 0))), 0);
  realNatives.close(fd);
}

/** For people: Node puts the first word there itself, later. */
function threadWords({ entry, kind, argv }: ThreadStart): string[] {
  const code = kind === 'code' ? '[worker eval]' : entry.slice(0, entry.indexOf(',') + 1);
  return [kind === 'file' ? entry : code, ...argv];
}

/** Its texts without the secrets that are replaced in the log. */
function cleaned(launch: Launch): Launch {
  const { redactor } = state;
  if (!redactor) return launch;
  const text = (_key: string, value: unknown) => (typeof value === 'string' ? redactor.cleanText(value) : value);
  return JSON.parse(JSON.stringify(launch, text)) as Launch;
}

/** The first name that no process of this recording has: `NAME`, `NAME.2`, `NAME.3` ... */
export function claimName(folder: string, name: string): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}.${number}`;
    try {
      realNatives.close(realNatives.open(logPath(folder, candidate), WRITE_EXCLUSIVE, 0o600));
      return candidate;
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
    }
  }
}

/** Undefined when the folder in which the program was started is gone. */
function presentFolder(): string | undefined {
  try {
    return cwd!() as string;
  } catch {
    return undefined;
  }
}

const startFolder = presentFolder();
const startEnvironment: Record<string, string> = {};
for (const [name, value] of Object.entries(process.env)) {
  if (value !== undefined && name !== 'APEX_BOUNDARY') startEnvironment[name] = value;
}
