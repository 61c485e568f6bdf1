/**
 * A log file: a header, then frames. Closed chunks are zstd (or stored when that is not smaller). Behind the last closed
 * chunk lie pieces of the open one, appended as they come and overwritten when the chunk is closed, so that a process
 * that is killed at any moment leaves a readable log. All numbers little-endian.
 *
 * header  8 bytes "APEXLOG\n", u32 version, u32 zero
 * frame   u32 magic, u32 kind, u32 chunk number, u32 offset in the chunk, u32 raw length, u32 stored length, u32 crc, bytes
 *
 * The crc is CRC-32 over the first 24 bytes of the frame and its stored bytes.
 */
export const LOG_VERSION = 3;
export const HEADER_SIZE = 16;
export const FRAME_SIZE = 28;
export const FRAME_MAGIC = 0x4b4e4843;
export const Frame = { zstd: 1, stored: 2, piece: 3 } as const;
/** A chunk is closed at the first entry boundary after this many bytes. */
export const CHUNK_SIZE = 1 << 18;
/** No chunk is larger: one entry can be as long as the longest buffer a program reads at once. */
export const MAX_CHUNK = 0x7fffffff;

const magic = [0x41, 0x50, 0x45, 0x58, 0x4c, 0x4f, 0x47, 0x0a];

export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 255;
  bytes[at + 1] = (value >>> 8) & 255;
  bytes[at + 2] = (value >>> 16) & 255;
  bytes[at + 3] = value >>> 24;
}

export function getU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

export function logHeader(): Uint8Array {
  const header = new Uint8Array(HEADER_SIZE);
  for (let i = 0; i < 8; i++) header[i] = magic[i]!;
  putU32(header, 8, LOG_VERSION);
  return header;
}

/** The version a log says it has, or undefined when it is no log. */
export function logVersion(header: Uint8Array): number | undefined {
  if (header.length < HEADER_SIZE) return undefined;
  for (let i = 0; i < 8; i++) if (header[i] !== magic[i]) return undefined;
  return getU32(header, 12) === 0 ? getU32(header, 8) : undefined;
}

/** zstd and CRC-32, from `node:zlib` in tools and straight from native code inside a recorded program. */
export interface Compression {
  /** Undefined when the result would not be smaller. The bytes are valid until the next call. */
  compress(bytes: Uint8Array): Uint8Array | undefined;
  /** @throws when the bytes are damaged or do not give `length` bytes. */
  decompress(bytes: Uint8Array, length: number): Uint8Array;
  crc32(bytes: Uint8Array, seed: number): number;
}
