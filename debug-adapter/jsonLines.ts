import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type * as z from 'zod';

/** Calls `receive` for each line of JSON that fits the schema; what does not fit ends the connection. */
export function readJsonLines<Schema extends z.ZodType>(
  socket: Socket,
  schema: Schema,
  receive: (message: z.infer<Schema>) => void,
): void {
  createInterface({ input: socket }).on('line', (line) => {
    let message: z.infer<Schema>;
    try {
      message = schema.parse(JSON.parse(line));
    } catch (error) {
      socket.destroy(error as Error);
      return;
    }
    receive(message);
  });
}

export const jsonLine = (message: unknown): string => `${JSON.stringify(message)}\n`;
