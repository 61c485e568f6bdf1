import {
  type Compression,
  FRAME_MAGIC,
  FRAME_SIZE,
  Frame,
  getU32,
  HEADER_SIZE,
  LOG_VERSION,
  logVersion,
  MAX_CHUNK,
} from './logFormat.ts';
import { subarray, typedArraySet } from './safeBuiltins.ts';

/** Random access to the bytes of a log. Gives fewer bytes only at its end. */
export interface LogSource {
  size: number;
  read(position: number, length: number): Uint8Array;
}

export interface ChunkPlace {
  kind: number;
  /** Where the stored bytes lie in the file. */
  position: number;
  storedLength: number;
  rawLength: number;
  crc: number;
  seed: number;
}

export interface LogMap {
  /** Undefined when the file is no log. */
  version: number | undefined;
  chunks: ChunkPlace[];
  /** Pieces of the chunk that was open when the program died, in order. */
  pieces: ChunkPlace[];
  /** Bytes at the end of the file that no frame accounts for. */
  unreadable: number;
}

/** Finds the frames of a log by their headers alone; the bytes are checked when a chunk is loaded. */
export function mapLog(source: LogSource, compression: Compression): LogMap {
  const version = logVersion(source.read(0, HEADER_SIZE));
  const map: LogMap = { version, chunks: [], pieces: [], unreadable: 0 };
  if (version === LOG_VERSION) map.unreadable = source.size - addFrames(map, source, compression, source.size);
  return map;
}

/** Finds what was added to a log that still grows: pieces of the open chunk may have become closed chunks. */
export function extendMap(map: LogMap, source: LogSource, compression: Compression): void {
  map.pieces = [];
  addFrames(map, source, compression, Number.POSITIVE_INFINITY);
}

/** Adds the frames behind the last closed chunk and gives where they end. */
function addFrames(map: LogMap, source: LogSource, compression: Compression, size: number): number {
  const last = map.chunks[map.chunks.length - 1];
  let position = last ? last.position + last.storedLength : HEADER_SIZE;
  let pieceOffset = 0;
  while (position + FRAME_SIZE <= size) {
    const header = source.read(position, FRAME_SIZE);
    if (header.length < FRAME_SIZE || getU32(header, 0) !== FRAME_MAGIC) break;
    const kind = getU32(header, 4);
    const place: ChunkPlace = {
      kind,
      position: position + FRAME_SIZE,
      storedLength: getU32(header, 20),
      rawLength: getU32(header, 16),
      crc: getU32(header, 24),
      seed: compression.crc32(subarray(header, 0, 24), 0),
    };
    const expectedChunk = getU32(header, 8) === map.chunks.length;
    if (!expectedChunk || place.position + place.storedLength > size || place.rawLength > MAX_CHUNK) break;
    if (kind === Frame.piece) {
      if (getU32(header, 12) !== pieceOffset || place.rawLength !== place.storedLength) break;
      pieceOffset += place.rawLength;
      map.pieces.push(place);
    } else if ((kind === Frame.zstd || kind === Frame.stored) && map.pieces.length === 0) {
      map.chunks.push(place);
    } else break;
    position = place.position + place.storedLength;
  }
  return position;
}

/** The raw bytes of a chunk, or undefined when its checksum or its compressed form is wrong. */
export function loadChunk(source: LogSource, place: ChunkPlace, compression: Compression): Uint8Array | undefined {
  const stored = source.read(place.position, place.storedLength);
  if (stored.length !== place.storedLength || compression.crc32(stored, place.seed) !== place.crc) return undefined;
  if (place.kind !== Frame.zstd) return stored.length === place.rawLength ? stored : undefined;
  try {
    return compression.decompress(stored, place.rawLength);
  } catch {
    return undefined;
  }
}

/** The open chunk as far as its pieces are whole; `damaged` when one of them is not. */
export function loadPieces(
  source: LogSource,
  pieces: ChunkPlace[],
  compression: Compression,
): { bytes: Uint8Array; damaged: boolean } {
  const whole: Uint8Array[] = [];
  let length = 0;
  for (let i = 0; i < pieces.length; i++) {
    const piece = loadChunk(source, pieces[i]!, compression);
    if (!piece) break;
    whole.push(piece);
    length += piece.length;
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < whole.length; i++) {
    typedArraySet(joined, whole[i]!, at);
    at += whole[i]!.length;
  }
  return { bytes: joined, damaged: whole.length < pieces.length };
}
