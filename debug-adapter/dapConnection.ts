import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { ApexError, toErrorReport } from '../protocol/errors.ts';
import { fromClient, type LineBase, toClient } from './lineBase.ts';
import { frame, readMessages } from './messageStream.ts';

export type Handler = (args: unknown, signal: AbortSignal) => Promise<unknown> | unknown;

interface Incoming {
  seq: number;
  type: 'request';
  command: string;
  arguments?: unknown;
}

const answerSchema = z.looseObject({
  request_seq: z.number(),
  success: z.boolean(),
  message: z.string().optional(),
  body: z.unknown().optional(),
});

/** What a client answered. */
export type Answer = z.infer<typeof answerSchema>;

/** A client of the Debug Adapter Protocol: answers its requests and tells it events. */
export class DapConnection {
  readonly #output: Writable;
  readonly #handlers = new Map<string, { schema: z.ZodType; handle: Handler }>();
  readonly #log: ((line: string) => void) | undefined;
  /** What ends each request that is being answered, by its number. */
  readonly #running = new Map<number, AbortController>();
  /** What waits for the client's answer to each question, by its number. */
  readonly #asked = new Map<number, (answer: Answer) => void>();
  #sequence = 1;
  base: LineBase = { linesStartAt1: true, columnsStartAt1: true };

  constructor(input: Readable, output: Writable, log?: (line: string) => void) {
    this.#output = output;
    this.#log = log;
    readMessages(
      input,
      (message) => void this.#receive(message),
      (problem) => this.event('output', { category: 'telemetry', output: `${problem}\n` }),
    );
  }

  /** What answers a request. Arguments that do not fit the schema are answered with an error before it is called. */
  on<Schema extends z.ZodType>(
    command: string,
    schema: Schema,
    handle: (args: z.infer<Schema>, signal: AbortSignal) => Promise<unknown> | unknown,
  ): void {
    this.#handlers.set(command, { schema, handle: handle as Handler });
  }

  /** Has a request answered at once with `cancelled`, if it is still open. */
  cancel(request: number): void {
    this.#running.get(request)?.abort();
  }

  event(event: string, plain?: unknown): void {
    const body = toClient(plain, this.base);
    this.#send({ type: 'event', event, ...(body !== undefined && { body }) });
  }

  /** Asks the client for something. Gives its answer, also one of failure; without an answer it never resolves. */
  request(command: string, args: unknown): Promise<Answer> {
    const seq = this.#send({ type: 'request', command, arguments: args });
    return new Promise((resolve) => this.#asked.set(seq, resolve));
  }

  async #receive(message: unknown): Promise<void> {
    if ((message as { type?: unknown } | null)?.type === 'response') {
      this.#log?.(`--> ${JSON.stringify(message)}`);
      this.#answered(message);
      return;
    }
    if (!isRequest(message)) {
      this.event('output', { category: 'telemetry', output: 'A message that is no request was skipped.\n' });
      return;
    }
    const { command, seq } = message;
    this.#log?.(`--> ${JSON.stringify(message)}`);
    try {
      const handler = this.#handlers.get(command);
      if (!handler) throw new ApexError('unknown-request', `Apex does not know the request "${command}".`);
      // VS Code leaves an empty object out.
      const parsed = handler.schema.safeParse(fromClient(message.arguments ?? {}, this.base));
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw new ApexError(
          'wrong-arguments',
          `Wrong arguments for "${command}": ${issue!.path.join('.') || 'arguments'}: ${issue!.message}.`,
        );
      }
      const { signal } = this.#begin(seq);
      const cancelled = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new ApexError('cancelled', 'This was cancelled.')));
      });
      const answer = await Promise.race([handler.handle(parsed.data, signal), cancelled]);
      const body = toClient(answer, this.base);
      this.#send({ type: 'response', request_seq: seq, success: true, command, ...(body !== undefined && { body }) });
    } catch (thrown) {
      this.#fail(seq, command, thrown);
    } finally {
      this.#running.delete(seq);
    }
  }

  #begin(seq: number): AbortController {
    const controller = new AbortController();
    this.#running.set(seq, controller);
    return controller;
  }

  #fail(seq: number, command: string, thrown: unknown): void {
    const { code, message, advice } = toErrorReport(thrown);
    // Clients show `format` to the user.
    const error = {
      id: errorNumber(code),
      format: advice ? `${message} ${advice}` : message,
      showUser: command === 'launch' || command === 'attach' || command === 'setVariable',
    };
    this.#send({ type: 'response', request_seq: seq, success: false, command, message: code, body: { error } });
    if (code === 'internal' && process.env.APEX_DEBUG && thrown instanceof Error) {
      process.stderr.write(`${thrown.stack}\n`);
    }
  }

  /** One that fits no question of ours is none. */
  #answered(message: unknown): void {
    const answer = answerSchema.safeParse(message);
    if (!answer.success) return;
    const { request_seq: asked } = answer.data;
    this.#asked.get(asked)?.(answer.data);
    this.#asked.delete(asked);
  }

  /** @returns its number */
  #send(message: object): number {
    const numbered = { seq: this.#sequence++, ...message };
    this.#log?.(`<-- ${JSON.stringify(numbered)}`);
    this.#output.write(frame(numbered));
    return numbered.seq;
  }
}

function isRequest(message: unknown): message is Incoming {
  if (typeof message !== 'object' || message === null) return false;
  const { type, command, seq } = message as Partial<Incoming>;
  return type === 'request' && typeof command === 'string' && typeof seq === 'number';
}

/** Codes are stable words; the protocol wants a number: a stable one made of the word. */
function errorNumber(code: string): number {
  let number = 7;
  for (const character of code) number = (number * 31 + character.charCodeAt(0)) % 90_000;
  return 10_000 + number;
}
