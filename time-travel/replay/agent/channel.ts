import type { Libc } from './libc.ts';

/** Messages to and from the engine, one JSON value a line; one that says `bytes` is followed by so many as they are. Receiving blocks the whole process: replay stands still. */
export interface Channel {
  send(message: unknown, ...bytes: Uint8Array[]): void;
  /** The next message, or undefined when the engine has gone. */
  receive(): unknown;
  /** Whether the engine has gone; does not wait. */
  gone(): boolean;
  close(): void;
}

export interface ByteStream {
  /** Blocks until at least one byte is there; 0 when the other end is closed. */
  read(into: Uint8Array): number;
  write(from: Uint8Array): number;
  /** Whether the other end is closed; does not wait. */
  gone(): boolean;
  close(): void;
}

export function openChannel(stream: ByteStream): Channel {
  const chunk = new Uint8Array(65536);
  let rest: Buffer = Buffer.alloc(0);
  return {
    send(message, ...more) {
      writeAll(stream, Buffer.from(`${JSON.stringify(message)}\n`));
      for (let i = 0; i < more.length; i++) writeAll(stream, more[i]!);
    },
    receive() {
      for (;;) {
        const end = rest.indexOf(10);
        if (end >= 0) {
          const line = rest.toString('utf8', 0, end);
          rest = rest.subarray(end + 1);
          return JSON.parse(line);
        }
        const length = stream.read(chunk);
        if (length <= 0) return undefined;
        rest = Buffer.concat([rest, chunk.subarray(0, length)]);
      }
    },
    gone: () => stream.gone(),
    close: () => stream.close(),
  };
}

function writeAll(stream: ByteStream, from: Uint8Array): void {
  for (let bytes = from; bytes.length; ) {
    const written = stream.write(bytes);
    if (written <= 0) return;
    bytes = bytes.subarray(written);
  }
}

/** A connection of its own for each process: copies must not share the socket of their original. */
export function connect(libc: Libc, path: string): Channel {
  const fd = libc.connect(path);
  return openChannel({
    read: (into) => libc.read(fd, into),
    write: (from) => libc.write(fd, from, from.length),
    gone: () => libc.isClosed(fd),
    close: () => libc.close(fd),
  });
}
