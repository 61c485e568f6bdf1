import type { Compression } from '../recording/logFormat.ts';
import { defineProperty, reflectApply, reflectConstruct, subarray } from '../recording/safeBuiltins.ts';
import { withoutInitHooks } from './asyncContext.ts';
import { asyncIdCounter, setAsyncIdCounter } from './asyncIds.ts';
import { internalBinding, type NativeClass, type NativeFunction } from './natives.ts';

interface ZlibBinding {
  ZstdCompress: NativeClass;
  ZstdDecompress: NativeClass;
  crc32(bytes: Uint8Array, seed: number): number;
}

/** A native compressor or decompressor, driven by methods that were taken before the program's were wrapped. */
interface Engine {
  /** Runs the whole input; gives how much room was left in the output and how much input was left. @throws on damage */
  run(input: Uint8Array, output: Uint8Array): { room: number; left: number };
}

const END = 2;
const COMPRESSION_LEVEL = 100;
/** zstd's level -5 as an unsigned number: logs repeat themselves so much that speed matters more. */
const FAST_LEVEL = 2 ** 32 - 5;

function engineOf(Handle: NativeClass): (level?: number) => Engine {
  const { init, writeSync, reset } = Handle.prototype as Record<'init' | 'writeSync' | 'reset', NativeFunction>;
  return (level) => {
    const counter = asyncIdCounter();
    const handle = withoutInitHooks(() => reflectConstruct(Handle, [])) as object;
    setAsyncIdCounter(counter);
    const state = new Uint32Array(2);
    const parameters = new Uint32Array(512).fill(-1);
    if (level !== undefined) parameters[COMPRESSION_LEVEL] = level;
    reflectApply(init, handle, [parameters, undefined, state, () => undefined]);
    let problem: string | undefined;
    const onError = (message: string) => {
      problem = message;
    };
    // Not by assignment: on the prototype `onerror` becomes an accessor of the boundary.
    defineProperty(handle, 'onerror', { value: onError });
    return {
      run(input, output) {
        problem = undefined;
        reflectApply(reset, handle, []);
        reflectApply(writeSync, handle, [END, input, 0, input.length, output, 0, output.length]);
        if (problem !== undefined) throw new Error(problem);
        return { room: state[0]!, left: state[1]! };
      },
    };
  };
}

/** zstd straight from Node's native handles: loading `node:zlib` would cost time and show in the program. */
export function nativeCompression(): Compression {
  const { ZstdCompress, ZstdDecompress, crc32 } = internalBinding('zlib') as unknown as ZlibBinding;
  const makeCompressor = engineOf(ZstdCompress);
  const makeDecompressor = engineOf(ZstdDecompress);
  let compressor: Engine | undefined;
  let decompressor: Engine | undefined;
  let output = new Uint8Array(0);
  return {
    compress(bytes) {
      compressor ??= makeCompressor(FAST_LEVEL);
      if (output.length < bytes.length) output = new Uint8Array(bytes.length);
      const target = subarray(output, 0, bytes.length - 1);
      const { room, left } = compressor.run(bytes, target);
      return room === 0 || left !== 0 ? undefined : subarray(target, 0, target.length - room);
    },
    decompress(bytes, length) {
      decompressor ??= makeDecompressor();
      const raw = new Uint8Array(length);
      if (decompressor.run(bytes, raw).room !== 0) throw new Error('too short');
      return raw;
    },
    crc32: (bytes, seed) => crc32(bytes, seed),
  };
}
