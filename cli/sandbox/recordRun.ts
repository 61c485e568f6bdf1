import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { distFolder, programPath } from '../../runtime/programs.ts';
import { canConfine, spawnConfined } from '../../sandbox-host/osSandbox/confinedProgram.ts';
import { readMetadata } from '../../time-travel/recording/metadata.ts';
import { writeNotes } from '../../time-travel/recording/notes.ts';
import { recordProgram, refuseUsedFolder } from '../../time-travel/recording/recordProgram.ts';

/** A rerun has no waiting in it: where a limit has ended the run, one that takes so much longer is in its loop. */
const SLACK_MS = 3_000;
/** Otherwise it ends by itself, and only the machine may be busy. */
const PATIENCE_MS = 60_000;
const TIMES_SLOWER = 3;
/** What Node and the recorder need beside the program. */
const HEAP_SLACK_MB = 64;
const REST_OF_NODE = 768 << 20;
const LONGEST_LOG = 1 << 30;

export interface Recording {
  out: string;
  /** File for the log of the crossings. */
  crossings: string;
  forget(): void;
}

/**
 * Before the run: looks whether it can be recorded in the folder that `--record` names.
 * @throws ApexError `record-needs-os-sandbox`, `out-in-use`
 */
export function prepareRecording(option: unknown): Recording | undefined {
  if (typeof option !== 'string') return undefined;
  if (!canConfine()) {
    throw new ApexError(
      'record-needs-os-sandbox',
      'A sandbox run is recorded by running it again behind an OS sandbox, and this machine has none.',
      'Install bubblewrap on Linux ("apt install bubblewrap"); elsewhere it cannot be recorded.',
    );
  }
  const out = resolve(option);
  refuseUsedFolder(out);
  const folder = mkdtempSync(join(tmpdir(), 'apex-crossings-'));
  return {
    out,
    crossings: join(folder, 'crossings'),
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface RecordedSandbox {
  /** The program that ran. */
  file: string;
  crossings: string;
  out: string;
  /** How the run ended: exit code, what was printed about it, and how long it took. */
  code: number;
  text: string;
  wallMs: number;
  /** A limit ended it, or a person. */
  byLimit: boolean;
  /** The most that it may have used. */
  memoryMb: number;
}

/**
 * Makes an ordinary recording of a sandbox run: its program runs again from the log of its crossings under the recorder,
 * within an OS sandbox, so that the debugger and `apex replay` know nothing of sandboxes.
 * @returns what differed from the run, if anything did
 * @throws ApexError of `recordProgram`
 */
export async function recordRun(run: RecordedSandbox): Promise<string | undefined> {
  const { file, crossings, code, text, memoryMb, byLimit } = run;
  appendFileSync(crossings, `${JSON.stringify({ t: 'end', code, text, uncaught: code === 1 && !byLimit })}\n`);
  const out = resolve(run.out);
  let said = '';
  const { code: rerunCode } = await recordProgram({
    out,
    node: findPinnedNode(),
    words: [
      '--disable-warning=ExperimentalWarning',
      `--max-old-space-size=${memoryMb + HEAP_SLACK_MB}`,
      programPath('sandboxRerun.cjs'),
      crossings,
    ],
    cwd: dirname(resolve(file)),
    env: { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' },
    start: (program, words, options) =>
      spawnConfined(program, words, options, {
        readOnly: [distFolder(), crossings],
        writable: [out],
        memory: memoryMb * 2 ** 20 + REST_OF_NODE,
        fileSize: LONGEST_LOG,
      }),
    attach: (child) => {
      child.stdout?.resume();
      child.stderr?.setEncoding('utf8').on('data', (part: string) => {
        said = (said + part).slice(-4000);
      });
      const slack = byLimit ? SLACK_MS : PATIENCE_MS;
      const timer = setTimeout(() => child.kill('SIGKILL'), run.wallMs * TIMES_SLOWER + slack);
      child.once('exit', () => clearTimeout(timer));
    },
  });
  if (readMetadata(out).ended?.logs.length === 0) {
    throw new ApexError(
      'record-failed',
      `The run could not be recorded: ${said.trim() || 'the recorder did not start'}.`,
    );
  }
  writeNotes(out, { title: `${basename(file)} in a sandbox` });
  const differs = /^apex: the rerun differs.*$/m.exec(said)?.[0];
  // What a limit ended has no end of its own: the rerun goes on until its own limits end it.
  if (differs || rerunCode === code || byLimit) return differs;
  return 'The rerun did not come to its end.';
}
