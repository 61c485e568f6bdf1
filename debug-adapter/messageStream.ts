import type { Readable } from 'node:stream';

const LONGEST_MESSAGE = 64 * 1024 * 1024;

/**
 * Reads the frames of the Debug Adapter Protocol (a `Content-Length` header, a blank line, JSON) from a stream.
 * What is not a frame is skipped up to the next header; it never ends the program.
 */
export function readMessages(
  stream: Readable,
  receive: (message: unknown) => void,
  complain: (problem: string) => void,
): void {
  let rest: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    for (;;) {
      const frame = nextFrame(rest);
      if (!frame) break;
      rest = rest.subarray(frame.end);
      if (frame.body === undefined) {
        complain('A message without a valid Content-Length header was skipped.');
        continue;
      }
      let message: unknown;
      try {
        message = JSON.parse(frame.body);
      } catch {
        complain('A message that is not JSON was skipped.');
        continue;
      }
      receive(message);
    }
  });
}

/** The first whole frame, with `body` undefined for bytes that are none; undefined when more bytes are needed. */
function nextFrame(bytes: Buffer): { body: string | undefined; end: number } | undefined {
  const headerEnd = bytes.indexOf('\r\n\r\n');
  if (headerEnd < 0) return bytes.length > 65536 ? { body: undefined, end: bytes.length } : undefined;
  const start = headerEnd + 4;
  const match = /^Content-Length: *(\d{1,9}) *$/im.exec(bytes.toString('latin1', 0, headerEnd));
  const length = match ? Number(match[1]) : Number.NaN;
  if (!(length <= LONGEST_MESSAGE)) return { body: undefined, end: start };
  if (bytes.length < start + length) return undefined;
  return { body: bytes.toString('utf8', start, start + length), end: start + length };
}

/** One message as the bytes of a frame. */
export function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}
