import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { frame, readMessages } from '../../../debug-adapter/messageStream.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Drives the built debug adapter as an editor does, and keeps everything that was said. */
export class DapClient {
  readonly said: (DebugProtocol.Request | DebugProtocol.Response | DebugProtocol.Event)[] = [];
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (response: DebugProtocol.Response) => void>();
  readonly #events: DebugProtocol.Event[] = [];
  #listeners: { event: string; resolve(event: DebugProtocol.Event): void }[] = [];
  readonly #requests: DebugProtocol.Request[] = [];
  #requestListeners: { command: string; resolve(request: DebugProtocol.Request): void }[] = [];
  #sequence = 1;
  readonly exited: Promise<number | null>;

  constructor(env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [join(ROOT, 'dist/debugAdapter.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    this.exited = new Promise((resolve) => this.#child.once('exit', resolve));
    readMessages(
      this.#child.stdout!,
      (message) => this.#receive(message as DebugProtocol.ProtocolMessage),
      (problem) => {
        throw new Error(problem);
      },
    );
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Sends a request and gives its response, also one of failure. */
  send<Body = unknown>(
    command: string,
    args?: unknown,
  ): Promise<Omit<DebugProtocol.Response, 'body'> & { body: Body }> {
    const request: DebugProtocol.Request = { seq: this.#sequence++, type: 'request', command, arguments: args };
    this.said.push(request);
    this.raw(frame(request));
    return new Promise((resolve) => this.#answers.set(request.seq, resolve as never));
  }

  raw(bytes: Buffer): void {
    this.#child.stdin!.write(bytes);
  }

  /** The next event of this name that nobody has taken yet. */
  event(event: string): Promise<DebugProtocol.Event> {
    const index = this.#events.findIndex((known) => known.event === event);
    if (index >= 0) return Promise.resolve(this.#events.splice(index, 1)[0]!);
    return new Promise((resolve) => this.#listeners.push({ event, resolve }));
  }

  /** The next request of the adapter with this name that nobody has taken yet. */
  request(command: string): Promise<DebugProtocol.Request> {
    const index = this.#requests.findIndex((known) => known.command === command);
    if (index >= 0) return Promise.resolve(this.#requests.splice(index, 1)[0]!);
    return new Promise((resolve) => this.#requestListeners.push({ command, resolve }));
  }

  /** Answers a request of the adapter: with a body, or with the reason why not. */
  respond(asked: number, command: string, body: object | undefined, message?: string): void {
    const success = message === undefined;
    const response = { seq: this.#sequence++, type: 'response', request_seq: asked, command, success, message, body };
    this.said.push(response as DebugProtocol.Response);
    this.raw(frame(response));
  }

  /** Begins a session as VS Code does and waits for the first stop. */
  async launch(args: object, breakpoints: Record<string, DebugProtocol.SourceBreakpoint[]> = {}): Promise<void> {
    await this.send('initialize', { adapterID: 'apex-time-travel', linesStartAt1: true, columnsStartAt1: true });
    await this.event('initialized');
    await this.send('launch', args);
    for (const [path, list] of Object.entries(breakpoints)) {
      await this.send('setBreakpoints', { source: { path }, breakpoints: list });
    }
    await this.send('setExceptionBreakpoints', { filters: ['uncaught'] });
    await this.send('configurationDone');
  }

  async close(): Promise<void> {
    await this.send('disconnect');
    this.#child.stdin!.end();
    await this.exited;
  }

  #receive(message: DebugProtocol.ProtocolMessage): void {
    this.said.push(message as DebugProtocol.Event);
    if (message.type === 'response') {
      const response = message as DebugProtocol.Response;
      this.#answers.get(response.request_seq)?.(response);
      this.#answers.delete(response.request_seq);
    } else if (message.type === 'event') {
      const event = message as DebugProtocol.Event;
      const index = this.#listeners.findIndex((listener) => listener.event === event.event);
      if (index < 0) this.#events.push(event);
      else this.#listeners.splice(index, 1)[0]!.resolve(event);
    } else {
      const request = message as DebugProtocol.Request;
      const index = this.#requestListeners.findIndex(({ command }) => command === request.command);
      if (index < 0) this.#requests.push(request);
      else this.#requestListeners.splice(index, 1)[0]!.resolve(request);
    }
  }
}
