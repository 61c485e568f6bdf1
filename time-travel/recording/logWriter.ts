import { Encoder, type EncoderHooks } from './encoder.ts';
import { Entry } from './entryKinds.ts';
import {
  CHUNK_SIZE,
  type Compression,
  FRAME_MAGIC,
  FRAME_SIZE,
  Frame,
  HEADER_SIZE,
  logHeader,
  putU32,
} from './logFormat.ts';
import { subarray, typedArraySet } from './safeBuiltins.ts';

/** Where a log goes. Writes are complete when the call returns. */
export interface LogSink {
  write(bytes: Uint8Array, position: number): void;
  truncate(length: number): void;
}

export type Cleaner = (bytes: Uint8Array, from: number, to: number) => void;

/** Chunks that are smaller are stored: to start the compressor costs more than it saves. */
const WORTH_COMPRESSING = 1 << 13;

/** Appends entries to a log. Entries never straddle chunks. */
export class LogWriter {
  readonly encoder: Encoder;
  /** Bytes of the log before compression. */
  rawBytes = 0;
  entries = 0;
  private readonly sink: LogSink;
  private readonly compression: Compression;
  /** Where the open chunk begins in the file. */
  private chunkStart = HEADER_SIZE;
  private pieceEnd = HEADER_SIZE;
  private flushed = 0;
  /** Number of the open chunk. */
  chunk = 0;
  /** What is written after the end of the log is dropped. */
  private closed = false;
  /** The disk is full: what is there is kept, and the program goes on unrecorded. */
  private failed = false;
  private readonly frame = new Uint8Array(FRAME_SIZE);
  /** Used again and again: a new one for each frame would have to be cleared and collected. */
  private framed: Uint8Array = new Uint8Array(0);

  /** Bytes of the file from which on nothing more is written. */
  private readonly limit: number;

  /** Changes bytes in place before they leave. */
  private readonly clean: Cleaner | undefined;

  constructor(
    hooks: EncoderHooks,
    sink: LogSink,
    compression: Compression,
    limit = Number.POSITIVE_INFINITY,
    clean?: Cleaner,
  ) {
    this.encoder = new Encoder(hooks);
    this.sink = sink;
    this.clean = clean;
    this.limit = limit;
    this.compression = compression;
    this.write(logHeader(), 0, 0);
  }

  /** Begins an entry; its parts are then written to `encoder`. */
  entry(kindAndFlags: number): void {
    if (this.encoder.length >= CHUNK_SIZE) this.closeChunk();
    if (this.pieceEnd > this.limit && !this.closed) this.keepToLimit();
    this.entries++;
    this.encoder.byte(kindAndFlags);
  }

  /** The most frequent entry: the return of a function that has its number, of which the result and `flags` follow. */
  beginReturn(number: number, flags: number): void {
    this.entry(Entry.return | flags);
    this.encoder.varint(number);
  }

  /** The same for the first return of a function: gives its number. */
  beginFirstReturn(name: string, flags = 0): number {
    this.entry(Entry.return | flags);
    this.encoder.name(name);
    return this.encoder.numberOf(name);
  }

  get unflushed(): number {
    return this.encoder.length - this.flushed;
  }

  /** Hands everything to the operating system: from here on the death of the process loses nothing. */
  flush(): void {
    const { encoder } = this;
    if (encoder.length === this.flushed || this.closed) return;
    this.clean?.(encoder.bytes, this.flushed, encoder.length);
    const piece = subarray(encoder.bytes, this.flushed, encoder.length);
    this.writeFrame(Frame.piece, this.flushed, piece, piece.length, this.pieceEnd);
    this.pieceEnd += FRAME_SIZE + piece.length;
    this.flushed = encoder.length;
  }

  private closeChunk(): void {
    const { encoder } = this;
    if (this.closed) encoder.length = 0;
    if (encoder.length === 0) return;
    // As a whole: what was learned since parts of it were flushed.
    this.clean?.(encoder.bytes, 0, encoder.length);
    const raw = subarray(encoder.bytes, 0, encoder.length);
    const packed = raw.length < WORTH_COMPRESSING ? undefined : this.compression.compress(raw);
    this.writeFrame(packed ? Frame.zstd : Frame.stored, 0, packed ?? raw, raw.length, this.chunkStart);
    if (this.failed) {
      encoder.length = 0;
      return;
    }
    this.chunkStart += FRAME_SIZE + (packed ?? raw).length;
    // What is left of longer pieces would look like damage behind the next ones, when the program is killed.
    if (this.pieceEnd > this.chunkStart) this.sink.truncate(this.chunkStart);
    this.pieceEnd = this.chunkStart;
    this.rawBytes += raw.length;
    this.flushed = 0;
    this.chunk++;
    encoder.length = 0;
  }

  private writeFrame(kind: number, offset: number, stored: Uint8Array, rawLength: number, position: number): void {
    const length = FRAME_SIZE + stored.length;
    if (this.framed.length < length) this.framed = new Uint8Array(Math.max(length, CHUNK_SIZE));
    const { frame, framed } = this;
    putU32(frame, 0, FRAME_MAGIC);
    putU32(frame, 4, kind);
    putU32(frame, 8, this.chunk);
    putU32(frame, 12, offset);
    putU32(frame, 16, rawLength);
    putU32(frame, 20, stored.length);
    putU32(frame, 24, this.compression.crc32(stored, this.compression.crc32(subarray(frame, 0, 24), 0)));
    typedArraySet(framed, frame);
    typedArraySet(framed, stored, FRAME_SIZE);
    this.write(subarray(framed, 0, length), position, offset);
  }

  /** The program must not meet an error of its recorder: it goes on, and the log says that it stops here. */
  private write(bytes: Uint8Array, position: number, offset: number): void {
    try {
      this.sink.write(bytes, position);
    } catch {
      if (this.failed) return;
      this.closed = true;
      this.failed = true;
      try {
        this.sink.truncate(position);
        const stop = new Uint8Array([Entry.stop]);
        this.writeFrame(Frame.piece, offset, stop, 1, position);
      } catch {
        // There is not even room for that. A torn end is found by its checksum.
      }
    }
  }

  /** When the log is as large as it may be even compressed, it says so and drops what follows. */
  private keepToLimit(): void {
    this.settle();
    if (this.chunkStart <= this.limit) return;
    this.encoder.byte(Entry.stop);
    this.close();
  }

  /** Compresses what is there, for a process that may write a little more before it ends. */
  settle(): void {
    if (this.closed) return;
    this.closeChunk();
    if (!this.failed) this.sink.truncate(this.chunkStart);
  }

  /** Closes the log: closes the last chunk and cuts off what was flushed of it before. */
  close(): void {
    if (this.failed) return;
    this.closeChunk();
    if (this.failed) return;
    this.sink.truncate(this.chunkStart);
    this.closed = true;
  }
}
