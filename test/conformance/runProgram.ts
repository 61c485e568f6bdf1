import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { programPath } from '../../runtime/programs.ts';
import { formatOrder } from '../../time-travel/recorder/start/order.ts';

export const PROGRAMS = join(import.meta.dirname, 'programs');

/** What the first lines of a program say about how it is run and compared. */
export interface Directives {
  /** Node options, from `// flags: ...`. */
  flags: string[];
  /** From `// stdin: ...`, with \n for a new line. */
  stdin: string;
  /** `// varies`: its output is another on each run, so that the recorded run cannot be compared with a plain one. */
  varies: boolean;
  /** `// stdout: file`: its standard output is a file instead of a pipe. */
  toFile: boolean;
  /** From `// mask: REGEX`: what differs from run to run. */
  mask: RegExp | undefined;
}

export interface Run {
  exit: number | string | null;
  stdout: string;
  stderr: string;
  /** What a replay says of itself. */
  report: string;
}

export function readDirectives(program: string): Directives {
  const lines = readFileSync(join(PROGRAMS, program), 'utf8').split('\n').slice(0, 3);
  const value = (name: string) => lines.find((line) => line.startsWith(`// ${name}: `))?.slice(name.length + 5);
  const mask = value('mask');
  return {
    flags: value('flags')?.split(' ') ?? [],
    stdin: (value('stdin') ?? '').replaceAll('\\n', '\n'),
    varies: lines.includes('// varies'),
    toFile: value('stdout') === 'file',
    mask: mask === undefined ? undefined : new RegExp(mask, 'g'),
  };
}

/** The first program on each Node compiles the boundary, the others use its code. */
const codeCache = mkdtempSync(join(tmpdir(), 'apex-compiled-'));
process.once('exit', () => rmSync(codeCache, { recursive: true, force: true }));

/** Runs a program plain, recorded and replayed. */
export async function runThreeWays(
  node: string,
  program: string,
): Promise<Record<'plain' | 'recorded' | 'replayed', Run>> {
  const folder = mkdtempSync(join(tmpdir(), 'apex-conformance-'));
  try {
    const { flags, stdin, toFile } = readDirectives(program);
    const output = toFile ? join(folder, 'stdout') : undefined;
    const words = [...flags, join(PROGRAMS, program)];
    const boundary = ['--expose-internals', '-r', programPath('boundary.cjs')];
    const order = (mode: 'record' | 'replay') =>
      formatOrder({ mode, folder, process: 'main', codeCache, ...(mode === 'replay' && { reportFd: 3 }) });
    const plain = await run(node, words, stdin, undefined, output);
    const recorded = await run(node, [...boundary, ...words], stdin, order('record'), output);
    const replayed = await run(node, [...boundary, ...words], '', order('replay'), output);
    return { plain, recorded, replayed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TIME_LIMIT = 60_000;

async function run(
  node: string,
  words: string[],
  stdin: string,
  order: string | undefined,
  output: string | undefined,
): Promise<Run> {
  const file = output === undefined ? undefined : openSync(output, 'w');
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
  const child = spawn(node, words, {
    cwd: PROGRAMS,
    env: { ...env, ...(order && { APEX_BOUNDARY: order }) },
    stdio: ['pipe', file ?? 'pipe', 'pipe', 'pipe'],
    timeout: TIME_LIMIT,
    killSignal: 'SIGKILL',
  });
  if (file !== undefined) closeSync(file);
  child.stdin!.on('error', () => undefined).end(stdin);
  const [printed, stderr, report, exit] = await Promise.all([
    child.stdout ? textOf(child.stdout) : '',
    textOf(child.stderr!),
    textOf(child.stdio[3] as Readable),
    new Promise<number | string | null>((done) => child.on('close', (code, signal) => done(signal ?? code))),
  ]);
  const stdout = output === undefined ? printed : readFileSync(output, 'utf8');
  return { exit, stdout, stderr: stderr.replace(/\(node:\d+\)/g, '(node:PID)'), report };
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}
