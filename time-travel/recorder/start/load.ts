/**
 * The file that is preloaded (`boundary.cjs`): it compiles the boundary (`boundaryCode.cjs`, a function's text) with the
 * code that V8 made of it before, and calls it. Every recorded program waits for it, so it asks native code directly.
 */
import { orderedCodeCache, packCode, unpackCode } from './codeCache.ts';
import { orderText } from './orderText.ts';
import { reachInternalBinding } from './reachInternalBinding.ts';

interface NativeScript {
  createCachedData(): Buffer;
  /** Node's own arguments for a script without a context, a time limit and breaks. */
  runInContext(context: null, timeout: -1, displayErrors: true, breakOnSigint: false, breakFirst: false): unknown;
}
interface NativeScriptClass {
  // biome-ignore format: Node's own order of arguments, in one line.
  new (code: string, filename: string, line: 0, column: 0, cachedData: Uint8Array | undefined, produce: false, context: undefined, hostOption: symbol): NativeScript;
}
interface NativeFiles {
  readFileUtf8(path: string, flags: number): string;
  open(path: string, flags: number, mode: number): number;
  fstat(fd: number, bigint: false): Float64Array;
  read(fd: number, into: Uint8Array, offset: number, length: number, position: number): number;
  close(fd: number): void;
}

const internalBinding = reachInternalBinding(require);
const { crc32 } = internalBinding('zlib') as { crc32(data: Uint8Array | string, seed: number): number };
const { ContextifyScript } = internalBinding('contextify') as { ContextifyScript: NativeScriptClass };
const files = internalBinding('fs') as unknown as NativeFiles;

const source = files.readFileUtf8(`${__dirname}/boundaryCode.cjs`, 0);
const path = orderedCodeCache(orderText(require, internalBinding));
const cached = path === undefined ? undefined : readCode(path);
// One name for both files: the frames of the boundary are taken from stack traces by it.
const script = new ContextifyScript(source, __filename, 0, 0, cached, false, undefined, Symbol(__filename));
const run = script.runInContext(null, -1, true, false, false) as (...args: unknown[]) => void;
const wanted = path !== undefined && cached === undefined;
// The native method: the program's calls of it are recorded.
const { createCachedData } = script;
const compiled = () => packCode(source, Reflect.apply(createCachedData, script, []), crc32);
run(require, __filename, wanted ? compiled : undefined);

function readCode(file: string): Uint8Array | undefined {
  let fd: number | undefined;
  try {
    fd = files.open(file, 0, 0);
    const packed = Buffer.allocUnsafeSlow(files.fstat(fd, false)[8]!);
    return files.read(fd, packed, 0, packed.length, 0) === packed.length
      ? unpackCode(packed, source, crc32)
      : undefined;
  } catch {
    // The first start on this Node, which writes it.
    return undefined;
  } finally {
    if (fd !== undefined) files.close(fd);
  }
}
