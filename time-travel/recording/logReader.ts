import { Decoder, type DecoderHooks } from './decoder.ts';
import { Entry } from './entryKinds.ts';
import type { Compression } from './logFormat.ts';
import { type ChunkPlace, extendMap, type LogMap, type LogSource, loadChunk, loadPieces, mapLog } from './logFrames.ts';

/** Why a log ends where it ends. */
export type LogEnd =
  /** Its last entry says that the program ended. */
  | 'complete'
  /** The program was killed or the file was cut: everything up to here is whole. */
  | 'torn'
  /** It reached the largest size that it was to have, or the disk was full; the program went on. */
  | 'stopped'
  /** A chunk in the middle is damaged: nothing behind it can be used. */
  | 'damaged';

/** Reads a log entry by entry, one chunk in memory at a time. */
export class LogReader {
  readonly decoder: Decoder;
  readonly map: LogMap;
  /** Set when the last entry has been passed and none follows. */
  ended: LogEnd | undefined;
  /** Number of entries whose kind was read. */
  entries = 0;
  private readonly source: LogSource;
  private readonly compression: Compression;
  private readonly wait: (() => void) | undefined;
  private next = 0;
  /** How the open chunk behind the last closed one ends. */
  private tailEnd: LogEnd = 'torn';

  /** `wait`: the log still grows; blocks for a moment each time that its end is reached, which is then no end. */
  constructor(source: LogSource, compression: Compression, hooks: DecoderHooks, wait?: () => void) {
    this.source = source;
    this.wait = wait;
    this.compression = compression;
    this.decoder = new Decoder(hooks);
    this.map = mapLog(source, compression);
  }

  /** Position in the log: chunk number and offset, for messages. */
  get place(): string {
    return `chunk ${Math.max(0, this.next - 1)}, byte ${this.decoder.position}`;
  }

  /** First byte of the next entry without consuming it; undefined at the end, when `ended` says why. */
  peek(): number | undefined {
    const { decoder } = this;
    if (decoder.position >= decoder.bytes.length && !this.load()) return undefined;
    const kind = decoder.bytes[decoder.position];
    if (kind !== Entry.stop) return kind;
    this.ended = 'stopped';
    return undefined;
  }

  /** Consumes the first byte of the next entry. */
  kind(): number | undefined {
    const kind = this.peek();
    if (kind !== undefined) {
      this.decoder.position++;
      this.entries++;
    }
    return kind;
  }

  /** A torn last piece can end within an entry: its bytes are there up to where it was cut. */
  get inTail(): boolean {
    return this.next > this.map.chunks.length;
  }

  private load(): boolean {
    const { chunks, pieces } = this.map;
    if (this.next > chunks.length) return this.atEnd();
    const place: ChunkPlace | undefined = chunks[this.next];
    const bytes = place ? loadChunk(this.source, place, this.compression) : this.loadTail(pieces);
    if (!bytes) {
      this.ended = 'damaged';
      return false;
    }
    this.next++;
    this.decoder.bytes = bytes;
    this.decoder.position = 0;
    if (bytes.length > 0) return true;
    return place ? this.load() : this.atEnd();
  }

  private atEnd(): boolean {
    if (this.wait) return this.follow(this.wait);
    this.ended ??= this.tailEnd;
    return false;
  }

  /** Waits for more of the chunk that was open, or for the one behind it. */
  private follow(wait: () => void): boolean {
    const { decoder, map } = this;
    for (;;) {
      wait();
      extendMap(map, this.source, this.compression);
      const closed = map.chunks[this.next - 1];
      const bytes = closed
        ? loadChunk(this.source, closed, this.compression)
        : loadPieces(this.source, map.pieces, this.compression).bytes;
      if (bytes && bytes.length > decoder.bytes.length) {
        decoder.bytes = bytes;
        return true;
      }
      if (bytes && closed) return this.load();
    }
  }

  /** Whether anything that was read so far, or lies behind it in the open chunk, is unreadable. */
  get unreadable(): boolean {
    if (!this.inTail) this.loadTail(this.map.pieces);
    return this.tailEnd === 'damaged' || this.map.unreadable > 0;
  }

  private loadTail(pieces: ChunkPlace[]): Uint8Array {
    const { bytes, damaged } = loadPieces(this.source, pieces, this.compression);
    if (damaged) this.tailEnd = 'damaged';
    return bytes;
  }
}
