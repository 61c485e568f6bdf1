import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import * as z from 'zod';
import { ApexError } from '../protocol/errors.ts';
import { type Shelf, shelfSchema } from '../protocol/recordings.ts';

const launchSchema = z.looseObject({
  program: z.string().optional(),
  recording: z.string().optional(),
  process: z
    .string()
    .regex(/^main(-\d+)*$/)
    .optional(),
  background: z.boolean().optional(),
  parentFailed: z.boolean().optional(),
  args: z.array(z.string()).optional(),
  cwd: z.string().optional(),
  env: z.record(z.string(), z.union([z.string(), z.null()])).optional(),
  runtimeExecutable: z.string().optional(),
  runtimeArgs: z.array(z.string()).optional(),
  console: z.enum(['internalConsole', 'integratedTerminal', 'externalTerminal']).optional(),
  stopOnEntry: z.boolean().optional(),
  recordingFolder: z.string().optional(),
  keepIn: shelfSchema.optional(),
  onBreakpoint: z.enum(['tell', 'show', 'stop', 'later']).optional(),
  skipFiles: z.array(z.string()).optional(),
  noDebug: z.boolean().optional(),
});

/**
 * What a breakpoint does that is hit while the program runs: it is told in the console; the editor shows the moment
 * while the program goes on; the program stands still meanwhile; or nothing, until it has ended.
 */
export type OnBreakpoint = 'tell' | 'show' | 'stop' | 'later';

/** What a session is to do: record a program, or open a recording. Paths are absolute. */
export type LaunchPlan = { stopOnEntry: boolean; onBreakpoint: OnBreakpoint; skipFiles: string[] } & (
  | {
      kind: 'record';
      program: string;
      args: string[];
      cwd: string;
      /** Added to the adapter's environment; null removes. */
      env: Record<string, string | null>;
      runtimeExecutable?: string;
      runtimeArgs: string[];
      /** The terminal of the client in which it runs; without it the debug console shows what it prints. */
      terminal?: 'integrated' | 'external';
      /** Where the recording goes; without it and `shelf` a temporary folder that ends with the session. */
      out?: string;
      /** Where recordings are kept, each under a name of its own. */
      shelf?: Shelf;
    }
  | {
      kind: 'open';
      recording: string;
      /** Which process of the recording; without it the first. */
      process?: string;
      /** A Node that may be the recording's. */
      runtimeExecutable?: string;
      /** The client opened it beside another session, which keeps the focus. */
      background: boolean;
      /** Of a child process: its parent failed, perhaps because of what happened here. */
      parentFailed: boolean;
    }
);

const terminals = {
  internalConsole: undefined,
  integratedTerminal: 'integrated',
  externalTerminal: 'external',
} as const;

/**
 * Checks what `launch.json` says.
 * @throws ApexError `wrong-configuration`, `program-not-found`, `recording-not-found`
 */
export function planLaunch(args: unknown): LaunchPlan {
  const parsed = launchSchema.safeParse(args);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ApexError('wrong-configuration', `launch.json: "${issue!.path.join('.')}": ${issue!.message}.`);
  }
  const { program, recording, cwd, stopOnEntry = false, onBreakpoint = 'tell', skipFiles = [] } = parsed.data;
  const folder = cwd ? resolve(cwd) : undefined;
  if (recording) {
    const { process, background = false, parentFailed = false, runtimeExecutable } = parsed.data;
    const path = existing(recording, folder, 'recording');
    return {
      kind: 'open',
      recording: path,
      process,
      runtimeExecutable,
      background,
      parentFailed,
      stopOnEntry,
      onBreakpoint,
      skipFiles,
    };
  }
  if (!program) {
    throw new ApexError(
      'wrong-configuration',
      'launch.json names neither a "program" to record nor a "recording" to open.',
      'Add "program" with the path of the file to run.',
    );
  }
  if (folder && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ApexError('program-not-found', `The working folder ${folder} does not exist.`, 'Correct "cwd".');
  }
  const path = existing(program, folder, 'program');
  readable(path, 'program');
  if (folder) readable(folder, 'cwd');
  const { args: words = [], env = {}, runtimeExecutable, runtimeArgs = [], recordingFolder, keepIn } = parsed.data;
  return {
    kind: 'record',
    program: path,
    args: words,
    cwd: folder ?? resolve(path, '..'),
    env,
    runtimeExecutable,
    runtimeArgs,
    terminal: terminals[parsed.data.console ?? 'internalConsole'],
    out: recordingFolder && resolve(folder ?? '.', recordingFolder),
    shelf: keepIn,
    stopOnEntry,
    onBreakpoint,
    skipFiles,
  };
}

/** Node would only say so on stderr, after a session has begun. */
function readable(path: string, what: 'program' | 'cwd'): void {
  try {
    accessSync(path, what === 'cwd' ? constants.R_OK | constants.X_OK : constants.R_OK);
  } catch {
    throw new ApexError('no-permission', `${path} may not be read by you.`, `Change its permissions, or "${what}".`);
  }
}

function existing(path: string, folder: string | undefined, what: 'program' | 'recording'): string {
  const absolute = isAbsolute(path) ? path : resolve(folder ?? '.', path);
  const found = [absolute, `${absolute}.js`].find((candidate) => statSync(candidate, { throwIfNoEntry: false }));
  const stats = found && statSync(found);
  if (!stats || (what === 'program' && !stats.isFile())) {
    const problem = stats ? 'is no file' : 'does not exist';
    throw new ApexError(
      `${what}-not-found`,
      `The ${what} ${absolute} ${problem}.`,
      `Correct "${what}" in launch.json.`,
    );
  }
  return found;
}
