import zlib from 'node:zlib';
import type { Compression } from './logFormat.ts';

/** True when this Node can read logs: zstd came with 22.15 and 23.8. */
export const canReadLogs = (): boolean => 'zstdDecompressSync' in zlib;

/** `Compression` by `node:zlib`, for tools outside a recorded program. */
export const nodeCompression: Compression = {
  compress(bytes) {
    const packed = zlib.zstdCompressSync(bytes);
    return packed.length < bytes.length ? packed : undefined;
  },
  decompress(bytes, length) {
    const raw = zlib.zstdDecompressSync(bytes, { maxOutputLength: length });
    if (raw.length !== length) throw new Error('too short');
    return raw;
  },
  crc32: (bytes, seed) => zlib.crc32(bytes, seed),
};
