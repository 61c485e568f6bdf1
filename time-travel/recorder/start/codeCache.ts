/**
 * V8's compiled code of the boundary, kept between runs: compiling it again is most of what a start would cost. A file is
 * believed when the checksums of the source and of the code in it are right; V8 itself looks at its version and flags.
 */
import type { BoundaryOrder } from './order.ts';

type Checksum = (data: Uint8Array | string, seed: number) => number;

/** It is called again when the program, which may take its globals away, has ended. */
const { allocUnsafe } = Buffer;

/** Bytes before the code: CRC-32 of the source, CRC-32 of the code. */
const HEAD = 8;

/** For one version of Node; undefined where the launcher named no folder. */
export function codeCachePath(order: Pick<BoundaryOrder, 'codeCache'>): string | undefined {
  return order.codeCache && `${order.codeCache}/boundary-${process.version}-${process.arch}`;
}

/** The folder is read from the order before the boundary looks there. */
export function orderedCodeCache(order: string | undefined): string | undefined {
  return order === undefined ? undefined : codeCachePath(JSON.parse(order) as BoundaryOrder);
}

export function packCode(source: string, code: Uint8Array, crc32: Checksum): Buffer {
  const packed = allocUnsafe(HEAD + code.length);
  packed.writeUInt32LE(crc32(source, 0), 0);
  packed.writeUInt32LE(crc32(code, 0), 4);
  packed.set(code, HEAD);
  return packed;
}

/** The code, or undefined when the file holds that of another source or is damaged. */
export function unpackCode(packed: Buffer, source: string, crc32: Checksum): Buffer | undefined {
  if (packed.length <= HEAD || packed.readUInt32LE(0) !== crc32(source, 0)) return undefined;
  const code = packed.subarray(HEAD);
  return packed.readUInt32LE(4) === crc32(code, 0) ? code : undefined;
}
