import type { AgentMessage, Visits } from '../agent/jobs.ts';

const LINE_END = 10;

/** Puts messages of a replaying process together: lines of JSON, some followed by as many bytes as they say. */
export class MessageReader {
  /** Parts of a line that has not ended yet. */
  #line: Buffer[] = [];
  #waiting: { message: Visits; bytes: Uint8Array; filled: number } | undefined;

  add(chunk: Buffer, receive: (message: AgentMessage) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#waiting) {
        at += this.#fill(chunk.subarray(at), receive);
        continue;
      }
      const end = chunk.indexOf(LINE_END, at);
      this.#line.push(chunk.subarray(at, end < 0 ? chunk.length : end));
      if (end < 0) return;
      at = end + 1;
      const text = this.#line.length === 1 ? this.#line[0]!.toString() : Buffer.concat(this.#line).toString();
      this.#line = [];
      this.#begin(JSON.parse(text) as AgentMessage, receive);
    }
  }

  #begin(message: AgentMessage, receive: (message: AgentMessage) => void): void {
    if ('event' in message && message.event === 'visits') {
      // Columns are read in place as numbers, so they begin at the start of a buffer of their own.
      this.#waiting = { message, bytes: new Uint8Array(message.bytes), filled: 0 };
    } else receive(message);
  }

  /** Gives how much of the bytes belonged to the columns. */
  #fill(rest: Uint8Array, receive: (message: AgentMessage) => void): number {
    const { message, bytes, filled } = this.#waiting!;
    const part = rest.subarray(0, bytes.length - filled);
    bytes.set(part, filled);
    this.#waiting!.filled += part.length;
    if (this.#waiting!.filled === bytes.length) {
      this.#waiting = undefined;
      receive({ ...message, columns: bytes.buffer as ArrayBuffer });
    }
    return part.length;
  }
}
