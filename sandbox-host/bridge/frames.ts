import type { Readable, Writable } from 'node:stream';

/** No frame between supervisor and worker is longer, in characters: one that is means the other side is not ours any more. */
export const MAX_FRAME = 64 << 20;

/** What a frame holds beside the text of a guest. */
const FRAME_REST = 1000;

/** Such a text would not fit into a frame: whoever reads it would take it for a broken protocol. */
export function isTooLong(text: string): boolean {
  return text.length > MAX_FRAME / 8 && JSON.stringify(text).length > MAX_FRAME - FRAME_REST;
}

/** Writes one JSON value as a line. JSON never holds a raw line feed, so a line feed ends a frame. */
export function writeFrame(stream: Writable, message: unknown): void {
  if (stream.writable) stream.write(`${JSON.stringify(message)}\n`);
}

/**
 * Calls `onFrame` with each parsed line of `stream`, and `onBroken` once when a line is too long or is not JSON; after that
 * nothing more is read.
 */
export function readFrames(
  stream: Readable,
  onFrame: (frame: unknown) => void,
  onBroken: (reason: string) => void,
  maxFrame = MAX_FRAME,
): void {
  let parts: string[] = [];
  let length = 0;
  let broken = false;
  const stop = (reason: string) => {
    broken = true;
    parts = [];
    stream.pause();
    onBroken(reason);
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0 && !broken; end = chunk.indexOf('\n', start)) {
      parts.push(chunk.slice(start, end));
      start = end + 1;
      const line = parts.length === 1 ? parts[0]! : parts.join('');
      parts = [];
      length = 0;
      let frame: unknown;
      try {
        frame = JSON.parse(line);
      } catch {
        stop('a frame is not JSON');
        return;
      }
      onFrame(frame);
    }
    if (broken || start >= chunk.length) return;
    const rest = chunk.slice(start);
    length += rest.length;
    if (length > maxFrame) stop(`a frame is longer than ${maxFrame} characters`);
    else parts.push(rest);
  });
}
