import type { Compression } from '../../recording/logFormat.ts';
import { defineProperty, reflectApply, reflectConstruct, subarray } from '../../recording/safeBuiltins.ts';
import { withoutInitHooks } from '../asyncHooks/asyncContext.ts';
import { asyncIdCounter, setAsyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';

interface ZlibBinding {
  ZstdCompress: NativeClass;
  ZstdDecompress: NativeClass;
  crc32(bytes: Uint8Array, seed: number): number;
}

/** A native compressor or decompressor, driven by methods that were taken before the program's were wrapped. */
interface Engine {
  /**
   * Runs the whole input; gives how much room was left in the output. After an input that was whole it is ready for another:
   * Node's own `reset` would forget the level. @throws on damage, and when the output is too small
   */
  run(input: Uint8Array, output: Uint8Array): number;
}

const END = 2;
const COMPRESSION_LEVEL = 100;
/** zstd's level -5 as an unsigned number: logs repeat themselves so much that speed matters more. */
const FAST_LEVEL = 2 ** 32 - 5;

function engineOf(Handle: NativeClass): (level?: number) => Engine {
  const { init, writeSync } = Handle.prototype as Record<'init' | 'writeSync', NativeFunction>;
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
        reflectApply(writeSync, handle, [END, input, 0, input.length, output, 0, output.length]);
        if (problem !== undefined) throw new Error(problem);
        const [room, left] = state;
        if (left !== 0) throw new Error('too long');
        return room!;
      },
    };
  };
}

/** What zstd can make of incompressible bytes, and more (ZSTD_compressBound). */
const largest = (length: number): number => length + (length >>> 8) + 1024;

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
      if (output.length < largest(bytes.length)) output = new Uint8Array(largest(bytes.length));
      const length = output.length - compressor.run(bytes, output);
      return length < bytes.length ? subarray(output, 0, length) : undefined;
    },
    decompress(bytes, length) {
      decompressor ??= makeDecompressor();
      const raw = new Uint8Array(length);
      try {
        if (decompressor.run(bytes, raw) === 0) return raw;
      } catch (error) {
        // It may stand within what was damaged.
        decompressor = undefined;
        throw error;
      }
      throw new Error('too short');
    },
    crc32: (bytes, seed) => crc32(bytes, seed),
  };
}
