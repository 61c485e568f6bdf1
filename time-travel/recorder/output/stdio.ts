/**
 * Standard streams. Node asks once what each descriptor is (file, pipe, terminal) and makes a stream of that kind; in
 * replay the recorded answer decides, whatever the replay's own descriptors are.
 */
import type vm from 'node:vm';
import { defineProperty } from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { wrapCall } from '../calls/calls.ts';
import { exchangeFact } from '../start/facts.ts';
import { builtinModules, internalBinding, type NativeFunction, nodeRequire } from '../start/natives.ts';
import { addOutputStream } from './output.ts';

type GuessHandleType = (fd: number) => string;

/**
 * Standard descriptors that must be of the same kind in replay, since code that looks at them for itself was loaded before
 * the boundary was armed.
 */
export const earlyPipes: number[] = [];
export const earlyFiles: number[] = [];

export function installStdio(): void {
  const util = nodeRequire('internal/util') as { guessHandleType: GuessHandleType };
  const guess = util.guessHandleType;
  const guessBehindBoundary = wrapCall(guess as NativeFunction, 'util.guessHandleType') as GuessHandleType;
  const kinds = exchangeFact([guess(0), guess(1), guess(2)]) as string[];
  // Some ways to start Node (`--test`) have made streams before this: the program gets new ones, behind the boundary.
  const early = exchangeFact(streamsExist()) as boolean;
  if (early) noteEarlyStreams(kinds);
  // Whoever else asks for it, for descriptors that the program was started with, comes later.
  const recordedKind: GuessHandleType = (fd) => kinds[fd] ?? guessBehindBoundary(fd);
  util.guessHandleType = recordedKind;
  if (!early && recording()) return;
  const getters = standardStreamGetters(recordedKind);
  for (const name of ['stdin', 'stdout', 'stderr'] as const) {
    defineProperty(process, name, { configurable: true, enumerable: true, get: getters[name] });
  }
}

function noteEarlyStreams(kinds: readonly string[]): void {
  for (let fd = 0; fd < 3; fd++) {
    if (kinds[fd] === 'PIPE') earlyPipes[earlyPipes.length] = fd;
    else if (kinds[fd] === 'FILE') earlyFiles[earlyFiles.length] = fd;
  }
  const streams = [undefined, process.stdout, process.stderr] as unknown as { _handle?: object | null }[];
  for (let fd = 1; fd < 3; fd++) {
    const handle = streams[fd]!._handle;
    if (handle) addOutputStream(handle, fd);
  }
}

/** The modules of which standard streams are made: without one of them there is none. */
const MAKERS = ['net', 'tty', 'internal/fs/sync_write_stream'] as const;
const streamsExist = (): boolean => MAKERS.some((id) => builtinModules.map.get(id)?.loaded);

type Getters = Record<'stdin' | 'stdout' | 'stderr', () => unknown>;

/**
 * Node's own code for its standard streams, compiled again with another `guessHandleType`: the original took its copy
 * when Node was built.
 */
function standardStreamGetters(guessHandleType: GuessHandleType): Getters {
  const { natives } = internalBinding('builtins') as { natives: Record<string, string> };
  const id = 'internal/bootstrap/switches/is_main_thread';
  const source = natives[id] ?? '';
  const start = source.indexOf('function createWritableStdioStream');
  const end = source.indexOf('// Used by internal tests.', start);
  if (start < 0 || end < 0) throw new Error(`Node ${process.version} creates its standard streams in another way.`);
  const { compileFunction } = nodeRequire<typeof vm>('vm');
  const compiled = compileFunction(
    `'use strict'; ${source.slice(start, end)}\nreturn { stdin: getStdin, stdout: getStdout, stderr: getStderr };`,
    ['process', 'require', 'guessHandleType', 'isBuildingSnapshot', 'addSerializeCallback', 'internalBinding'],
    { filename: `node:${id}` },
  );
  return compiled(
    process,
    nodeRequire,
    guessHandleType,
    () => false,
    () => undefined,
    internalBinding,
  ) as Getters;
}
