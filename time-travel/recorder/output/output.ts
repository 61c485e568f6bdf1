/** Replay shows what the program writes to its standard output and error. */
import { bufferFrom, isArray, isView, latin1Slice, SafeMap, SafeWeakMap } from '../../recording/safeBuiltins.ts';
import { recording, state } from '../boundaryState.ts';
import { requestOf } from '../calls/callArguments.ts';
import type { CallSpec } from '../calls/calls.ts';
import { classOf } from '../calls/identities.ts';
import { noteFor, noteOf } from '../calls/notes.ts';
import { lastPromise } from '../calls/promises.ts';
import { afterOutput } from '../log/flushing.ts';
import { diverge } from '../replaying/divergence.ts';
import { lifecycle } from '../replaying/lifecycle.ts';
import { internalBinding, realNatives } from '../start/natives.ts';
import { noteOutput } from './outputOrder.ts';
import { addTo, holdPlace, release, releaseAll, showInOrder } from './shownOrder.ts';

/** Tells where the output of the program goes, besides the real descriptors. */
export type OutputListener = (fd: 1 | 2, bytes: Uint8Array) => void;

/** Descriptors that nobody reads any more, as in `apex replay REC | head`: the replay goes on without them. */
const closed = [false, false, false];

const starter = process.ppid;

/** Nobody will ever read what a replay prints whose own starter was killed, though the pipe may be held by others. */
function leaveWhenOrphaned(): void {
  if (realNatives.kill(starter, 0) !== 0) realNatives.exit(1);
}

function show(fd: 1 | 2, bytes: Uint8Array): void {
  if (closed[fd]) return;
  try {
    realNatives.write(fd, bytes, null, leaveWhenOrphaned);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EPIPE') throw error;
    closed[fd] = true;
  }
}

const inOrder: OutputListener = (fd, bytes) => showInOrder(show, fd, bytes);
/** Who listens in a debugger hears of a write when it completes, at that point of the program. */
let listener: OutputListener = inOrder;
export function setOutputListener(listen: OutputListener): void {
  listener = listen;
}

lifecycle.atEnd(() => releaseAll(show));

/** What a thread hands over to be printed, as a number; a replay that hands over something else has diverged. */
export function postedChecksum(chunks: readonly { chunk: unknown; encoding: unknown }[]): number {
  const { crc32 } = internalBinding('zlib') as { crc32(bytes: Uint8Array, seed: number): number };
  let sum = 0;
  const add: Visit = (_fd, bytes) => {
    sum = crc32(state.redactor ? asReplayed(bytes) : bytes, sum);
  };
  for (let i = 0; i < chunks.length; i++) visitChunk(1, chunks[i]!.chunk, chunks[i]!.encoding as BufferEncoding, add);
  return sum;
}

export function checkPosted(seen: number | undefined, recorded: unknown): void {
  if (!mayDiffer && seen !== recorded) diverge('other output', 'output with another checksum');
}

/** Replay of a thread: shows what it hands to the thread that started it. */
export function showChunk(fd: 1 | 2, chunk: unknown, encoding: BufferEncoding): void {
  visitChunk(fd, chunk, encoding, listener);
}

const isOutput = (fd: unknown): fd is 1 | 2 => fd === 1 || fd === 2;

const encodings: Record<string, BufferEncoding> = {
  writeUtf8String: 'utf8',
  writeLatin1String: 'latin1',
  writeAsciiString: 'latin1',
  writeUcs2String: 'utf16le',
};

type Visit = (fd: 1 | 2, bytes: Uint8Array) => void;
/** @param result of the write: a number of bytes, an error code, or what stands for a later one */
type VisitWrite = (self: unknown, args: readonly unknown[], visit: Visit, result?: unknown) => void;

function visitChunk(fd: 1 | 2, chunk: unknown, encoding: BufferEncoding, visit: Visit): void {
  if (typeof chunk === 'string') visit(fd, bufferFrom(chunk, encoding));
  else if (isView(chunk)) visit(fd, new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
}

function visitStreamWrite(method: string, fd: 1 | 2, args: readonly unknown[], visit: Visit): void {
  if (method !== 'writev') return visitChunk(fd, args[1], encodings[method] ?? 'utf8', visit);
  const chunks = args[1] as unknown[];
  const step = args[2] ? 1 : 2;
  for (let i = 0; i < chunks.length; i += step) {
    visitChunk(fd, chunks[i], step === 1 ? 'utf8' : (chunks[i + 1] as BufferEncoding), visit);
  }
}

/** Passes on the first bytes of a write: a pipe may have taken a part of it, or (a negative number) nothing. */
function upTo(written: number, visit: Visit): Visit {
  let left = written > 0 ? written : 0;
  return (fd, bytes) => {
    const taken = bytes.length <= left ? bytes : bytes.subarray(0, left);
    left -= taken.length;
    if (taken.length > 0) visit(fd, taken);
  };
}

/** Replay: writes that are under way, by the request or the promise that tells how much was written. */
const underWay = new SafeWeakMap<object, (written: unknown) => void>();
const promised = new SafeMap<number, (written: unknown) => void>();

/** A request came back with `(error, written)`. */
export function completeOutput(request: object, args: readonly unknown[]): void {
  const show = underWay.get(request);
  if (!show) return;
  underWay.delete(request);
  show(args[1]);
}

/** A promise settled; `written` is undefined when it was rejected. */
export function settleOutput(promise: number, written: unknown): void {
  const show = promised.get(promise);
  promised.delete(promise);
  show?.(written);
}

function visitFileWrite(fd: 1 | 2, args: readonly unknown[], visit: Visit): void {
  const data = args[1];
  if (typeof data === 'string') return visitChunk(fd, data, (args[3] as BufferEncoding) || 'utf8', visit);
  if (isArray(data)) {
    for (let i = 0; i < data.length; i++) visitChunk(fd, data[i], 'utf8', visit);
    return;
  }
  const view = data as Uint8Array;
  const offset = (args[2] as number) || 0;
  const length = (args[3] as number | null) ?? view.byteLength - offset;
  visit(fd, new Uint8Array(view.buffer, view.byteOffset + offset, length));
}

/** Stands for the result where all that was to be written counts. */
const everything = Symbol('everything');

let mayDiffer = false;
/** A replay that was changed on purpose may print something else and goes on. */
export function acceptOtherOutput(): void {
  mayDiffer = true;
}

/** What is written is not logged, but its checksum is: a replay that prints something else has diverged. */
function outputSpec(visitWrite: VisitWrite): CallSpec {
  const { crc32 } = internalBinding('zlib') as { crc32(bytes: Uint8Array, seed: number): number };
  const checksum = (self: unknown, args: readonly unknown[]): number | undefined => {
    let sum: number | undefined;
    const add: Visit = (_fd, bytes) => {
      sum = crc32(state.redactor ? asReplayed(bytes) : bytes, sum ?? 0);
    };
    visitWrite(self, args, add, everything);
    return sum;
  };
  return {
    ...(recording()
      ? { after: (self, args, result) => visitWrite(self, args, wrote, result) }
      : { echo: (self, args, result) => visitWrite(self, args, listener, result) }),
    extra: {
      record: checksum,
      replay(self, args, recorded) {
        if (!mayDiffer && checksum(self, args) !== recorded) diverge('other output', 'output with another checksum');
      },
    },
  };
}

/** A replay prints what stands for the secrets that it was given. */
function asReplayed(bytes: Uint8Array): Uint8Array {
  // What was received is looked through when it leaves.
  state.writer.flush();
  return bufferFrom(state.redactor!.cleanText(latin1Slice(bytes, 0, bytes.length)), 'latin1');
}

function wrote(fd: 1 | 2, bytes: Uint8Array): void {
  noteOutput(fd, bytes.length);
  afterOutput();
}

/** Native code printed by itself, beneath the boundary: replay shows it. */
export function printByNative(fd: 1 | 2, bytes: Uint8Array): void {
  if (recording()) wrote(fd, bytes);
  else listener(fd, bytes);
}

/** For a stream of `fd` that was made before the boundary was armed. */
export function addOutputStream(handle: object, fd: number): void {
  noteFor(handle).fd = fd;
}

/** For the methods of stream handles: `open(fd)` says whose output it is. */
export function streamOutput(method: string): CallSpec {
  if (method === 'open') {
    const open = (self: unknown, args: readonly unknown[]) => {
      noteFor(self as object).fd = args[0] as number;
    };
    return recording() ? { after: open } : { echo: open };
  }
  if (!method.startsWith('write')) return {};
  const spec = outputSpec((self, args, visit, result) => {
    const fd = noteOf(self as object)?.fd;
    // Any other number is that of an error; a write that waits gives its request.
    if (isOutput(fd) && !(typeof result === 'number' && result !== 0)) visitStreamWrite(method, fd, args, visit);
  });
  if (!recording()) return spec;
  return {
    ...spec,
    short: 'write',
    concerns: (self) => isOutput(noteOf(self as object)?.fd) || isPipe(self),
    // A parent often ends a child process as soon as that has told it its result, a person what a terminal shows.
    before: afterOutput,
  };
}

const isPipe = (self: unknown): boolean => classOf(self)?.name === 'Pipe';

/** For `fs.writeBuffer` and `fs.writeString` on descriptors 1 and 2. */
export function fileOutput(method: string): CallSpec {
  if (method !== 'writeBuffer' && method !== 'writeString' && method !== 'writeBuffers') return {};
  return outputSpec((_self, args, visit, result) => {
    const fd = args[0];
    if (!isOutput(fd)) return;
    const request = requestOf(args);
    if (typeof result === 'number') visitFileWrite(fd, args, upTo(result, visit));
    else if (recording() || result === everything) visitFileWrite(fd, args, visit);
    else if (request) underWay.set(request, whenWritten(fd, args));
    else if (result instanceof Promise) promised.set(lastPromise(), whenWritten(fd, args));
  });
}

/** Replay: a write is under way. Gives what shows it once it is known how much was written. */
function whenWritten(fd: 1 | 2, args: readonly unknown[]): (written: unknown) => void {
  const place = listener === inOrder ? holdPlace(fd, (add) => visitFileWrite(fd, args, add)) : undefined;
  return (written) => {
    const add = place ? addTo(place) : listener;
    if (typeof written === 'number') visitFileWrite(fd, args, upTo(written, add));
    if (place) release(place, show);
  };
}
