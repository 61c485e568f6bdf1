import { ApexError } from '../../../protocol/errors.ts';
import type { AgentMessage, Followed, Frame, ScriptText } from '../agent/jobs.ts';
import type { Connection } from './connections.ts';
import type { ReplayProcesses, RunningJob } from './replayProcesses.ts';

type Event = Extract<AgentMessage, { event: string }>;

/** Milliseconds until a process that does not answer is given up. */
const PATIENCE = 10_000;

/** A process that stands at a point. It is thrown away after use: whatever is done in it has no other effect. */
export class PausedProcess {
  readonly point: number;
  /** Those of the program are known at once; their scopes, ids and `this` when the process is `whole`. */
  readonly frames: Frame[];
  /** The debugger has stopped, too. Questions can be asked before: they are answered then. */
  readonly whole: Promise<void>;
  readonly #processes: ReplayProcesses;
  readonly #connection: Connection;
  readonly #answers = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #next = 1;
  #onEvent: (message: Event) => void = () => {};
  #onGone: () => void = () => {};
  #becomeWhole: { resolve(): void; reject(error: Error): void } | undefined;

  private constructor(
    processes: ReplayProcesses,
    connection: Connection,
    { event, point, frames }: Extract<Event, { event: 'paused' | 'arrived' }>,
  ) {
    this.#processes = processes;
    this.#connection = connection;
    this.point = point;
    this.frames = frames;
    this.whole = new Promise((resolve, reject) => {
      if (event === 'paused') resolve();
      else this.#becomeWhole = { resolve, reject };
    });
    // Who only wants to know where the program stands does not wait for it.
    this.whole.catch(() => {});
    connection.onMessage = (message) => this.#receive(message);
    connection.onClose = () => this.#fail();
  }

  /**
   * Waits until the process of a job stands at its point (`arrived`) or its debugger has stopped, too (`paused`). Gives
   * undefined when the program ended before the point.
   */
  static async arrive(
    processes: ReplayProcesses,
    { connection }: RunningJob,
    receive: (message: Event) => void = () => {},
    when: 'arrived' | 'paused' = 'paused',
  ): Promise<PausedProcess | undefined> {
    return new Promise((resolve, reject) => {
      connection.onClose = () => reject(new ApexError('replay-crashed', 'The replaying process ended on its way.'));
      connection.onMessage = (message) => {
        if (!('event' in message)) return;
        receive(message);
        if (message.event === 'paused' || (message.event === 'arrived' && when === 'arrived')) {
          resolve(new PausedProcess(processes, connection, message));
        } else if (message.event === 'end') resolve(undefined);
      };
    });
  }

  get gone(): boolean {
    return this.#connection.closed;
  }

  /** One command of the Chrome DevTools protocol, answered inside the pause. */
  cdp<T>(name: string, params?: Record<string, unknown>): Promise<T> {
    return this.#request({ method: 'cdp', name, params }) as Promise<T>;
  }

  /** Evaluates in a frame and renders the value on one line; may change this process. */
  render(callFrameId: string, expression: string): Promise<{ value: string; error?: string }> {
    return this.#request({ method: 'render', callFrameId, expression }) as Promise<{ value: string; error?: string }>;
  }

  /** A script as it was before probes were put in, and where execution can stand in it; undefined when not loaded here. */
  async scriptText(path: string): Promise<ScriptText | undefined> {
    return ((await this.#request({ method: 'script', path })) as ScriptText | null) ?? undefined;
  }

  /**
   * Evaluates with effects and lets the program go on with what they changed; this process is used up. `receive` gets
   * what it tells on its way. Gives what the expression evaluated to, and where the program then stands: undefined when
   * it has ended.
   */
  async goOn(
    callFrameId: string,
    expression: string,
    followed: Followed,
    receive: (message: Event) => void,
  ): Promise<{ value: string; error?: string; arrival: Promise<PausedProcess | undefined> }> {
    const arrival = new Promise<PausedProcess | undefined>((resolve) => {
      this.#onGone = () => resolve(undefined);
      this.#onEvent = (message) => {
        receive(message);
        if (message.event === 'paused') {
          resolve(new PausedProcess(this.#processes, this.#connection, message));
        } else if (message.event === 'end') resolve(undefined);
      };
    });
    const tried = await this.#request({ method: 'whatIf', callFrameId, expression, ...followed });
    return { ...(tried as { value: string; error?: string }), arrival };
  }

  /** Another process in the same state: object and frame ids of this one are valid there. */
  async copy(): Promise<PausedProcess | undefined> {
    if (!this.#processes.copies) {
      return PausedProcess.arrive(this.#processes, await this.#processes.run({ kind: 'goto', point: this.point }));
    }
    const job = await this.#processes.copyPaused(this.#connection, (number) => {
      void this.#request({ method: 'copy', job: number }).catch(() => {});
    });
    return PausedProcess.arrive(this.#processes, job);
  }

  close(): void {
    this.#connection.close();
  }

  #request(request: Record<string, unknown>): Promise<unknown> {
    if (this.gone) return Promise.reject(new ApexError('replay-crashed', 'The paused process has ended.'));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#answers.delete(id);
        reject(new ApexError('no-answer', `No answer within ${PATIENCE / 1000} s: the expression does not end.`));
        this.#processes.kill(this.#connection);
      }, PATIENCE);
      const settled = () => clearTimeout(timer);
      this.#answers.set(id, {
        resolve: (value) => {
          settled();
          resolve(value);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      this.#connection.send({ id, ...request });
    });
  }

  #receive(message: AgentMessage): void {
    if (!('id' in message)) {
      if (message.event === 'paused' && this.#becomeWhole) this.#complete(message.frames);
      else this.#onEvent(message);
      return;
    }
    const answer = this.#answers.get(message.id);
    this.#answers.delete(message.id);
    if ('error' in message) answer?.reject(new Error(message.error));
    else answer?.resolve(message.result);
  }

  /** Who holds a frame gets its scopes; `original` stays. */
  #complete(frames: Frame[]): void {
    const same =
      frames.length === this.frames.length && frames.every((frame, index) => isAt(frame, this.frames[index]!));
    if (same) this.frames.forEach((frame, index) => void Object.assign(frame, frames[index]));
    else this.frames.splice(0, this.frames.length, ...frames);
    this.#becomeWhole?.resolve();
    this.#becomeWhole = undefined;
  }

  #fail(): void {
    this.#onGone();
    this.#becomeWhole?.reject(new ApexError('replay-crashed', 'The paused process ended before its debugger stopped.'));
    for (const { reject } of this.#answers.values()) {
      reject(new ApexError('replay-crashed', 'The paused process ended while it answered.'));
    }
    this.#answers.clear();
  }
}

const isAt = (frame: Frame, other: Frame): boolean =>
  frame.path === other.path && frame.line === other.line && frame.column === other.column;
