import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { readFrames, writeFrame } from '../bridge/frames.ts';
import { type FromWorker, fromWorkerSchema, type ToWorker } from '../bridge/messages.ts';
import { killGroup, spawnGuarded } from '../osSandbox/hostGuard.ts';
import type { WorkerCommand } from '../osSandbox/workerCommand.ts';
import { limitProcess } from './processLimits.ts';
import { residentBytes, untilNextLook } from './residentMemory.ts';

/** How a worker came to its end; `culprit` is the sandbox that was known to cause it. */
export interface WorkerEnd {
  reason: string;
  outOfMemory: boolean;
  culprit?: string;
}

/** What one sandbox hears from its worker. */
export interface WorkerListener {
  message(message: FromWorker): void;
  /** Called once, after which the process is gone or going. */
  ended(end: WorkerEnd): void;
}

const HEARTBEAT_MS = 250;
/** A worker's main thread never runs guest code; when it is silent this long, a guest has found a way to hold it. */
const SILENCE_MS = 4_000;
const KEPT_STDERR = 4_096;
/** Stacks of threads that isolated-vm starts later count as the process's data, though nobody touches them. */
const KERNEL_SLACK = 48 << 20;

/**
 * One worker process and the supervisor's hold on it: frames checked on arrival, a heartbeat, a cap on resident memory, and
 * SIGKILL as the only way to end it.
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #pid: Promise<number>;
  /** bubblewrap and what it starts are a process group. */
  readonly #isGroup: boolean;
  readonly #listeners = new Map<string, WorkerListener>();
  #ready: { resolve(): void; reject(error: Error): void } | undefined;
  #end: WorkerEnd | undefined;
  #stderr = '';
  #heard = performance.now();
  #heartbeat: NodeJS.Timeout | undefined;
  #beatAt = 0;
  #memoryTimer: NodeJS.Timeout | undefined;
  #workerPid = 0;
  #baseline = 0;
  #cap = 0;
  #peak = 0;
  #reserved = 0;
  #held = 0;

  constructor(command: WorkerCommand) {
    this.#isGroup = command.osSandbox.kind === 'bubblewrap';
    this.#child = (this.#isGroup ? spawnGuarded : spawn)(command.program, command.args, {
      cwd: '/',
      env: command.env,
      stdio: ['pipe', 'pipe', 'pipe', ...(command.tellsPid ? (['pipe', 'pipe'] as const) : [])],
      windowsHide: true,
    });
    this.#pid = command.tellsPid ? readPid(this.#child.stdio[4] as Readable) : Promise.resolve(this.#child.pid ?? 0);
    if (command.filter) writeFilter(this.#child.stdio[3] as Writable, command.filter);
    this.#child.on('error', (error) => this.#finish({ reason: error.message, outOfMemory: false }));
    this.#child.on('exit', (code, signal) => this.#finish(this.#explain(code, signal)));
    this.#child.stdin!.on('error', () => {});
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR);
    });
    readFrames(
      this.#child.stdout!,
      (frame) => this.#receive(frame),
      (reason) => this.kill(`it broke the protocol: ${reason}`),
    );
  }

  /** Resolves when the worker is ready to hold sandboxes. Rejects when it dies before that. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#ready = { resolve, reject };
    });
  }

  get alive(): boolean {
    return this.#end === undefined;
  }

  /** How many sandboxes it holds. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Resident memory above that of an empty worker, in MiB: the most that was seen since the cap was set. */
  get peakMemoryMb(): number {
    return Math.round((this.#peak / 2 ** 20) * 10) / 10;
  }

  /** Resident memory above that of an empty worker, in MiB, now. */
  get memoryMb(): number {
    return this.#end ? 0 : Math.max(0, ((residentBytes(this.#workerPid) ?? 0) - this.#baseline) / 2 ** 20);
  }

  /** How many sandboxes it has held so far. */
  get held(): number {
    return this.#held;
  }

  /** How many have been given a place here and have not come yet. */
  get reserved(): number {
    return this.#reserved;
  }

  get isTaken(): boolean {
    return this.#listeners.size + this.#reserved > 0;
  }

  /** Keeps a place for one sandbox until it attaches, or `unreserve`. */
  reserve(): this {
    this.#reserved++;
    return this;
  }

  unreserve(): void {
    this.#reserved--;
  }

  attach(sandbox: string, listener: WorkerListener): void {
    this.#reserved--;
    this.#held++;
    this.#listeners.set(sandbox, listener);
    if (this.#end) listener.ended(this.#end);
  }

  detach(sandbox: string): void {
    this.#listeners.delete(sandbox);
  }

  /** Messages of one turn leave together: a system call for each would be most of what a short question costs. */
  send(message: ToWorker): void {
    const stdin = this.#child.stdin!;
    if (!stdin.writable) return;
    stdin.cork();
    writeFrame(stdin, message);
    process.nextTick(() => stdin.uncork());
  }

  /** Resolves when the process has read what was sent to it, or has ended. */
  async taken(): Promise<void> {
    const stdin = this.#child.stdin!;
    // What `send` has corked leaves after this turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (!stdin.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      stdin.once('drain', resolve);
      stdin.once('close', resolve);
    });
  }

  /** Ends the process when its resident memory is `bytes` above that of an empty worker. */
  capMemory(bytes: number): void {
    if (this.#end) return;
    clearTimeout(this.#memoryTimer);
    this.#cap = bytes;
    this.#peak = 0;
    this.#checkMemory();
  }

  /**
   * Lets the kernel hold the process to its cap too, for a guest that takes memory faster than anybody can look. To be called
   * when the isolate is there: what it reserves for itself is not the guest's.
   */
  async limitByKernel(): Promise<void> {
    await limitProcess(this.#workerPid, this.#cap + KERNEL_SLACK);
  }

  kill(reason: string, culprit?: string): void {
    if (this.#end) return;
    // The worker dies with bubblewrap, but only after it: both are told, so that nothing runs on meanwhile.
    if (this.#workerPid && this.#workerPid !== this.#child.pid) killQuietly(this.#workerPid);
    if (this.#isGroup && this.#child.pid) killGroup(this.#child.pid);
    else this.#child.kill('SIGKILL');
    this.#finish({ reason, outOfMemory: false, culprit });
  }

  #checkMemory(): void {
    const grown = (residentBytes(this.#workerPid) ?? 0) - this.#baseline;
    this.#peak = Math.max(this.#peak, grown);
    if (this.#end) return;
    if (grown > this.#cap) this.kill('it used more memory than its sandboxes may');
    else this.#memoryTimer = setTimeout(() => this.#checkMemory(), untilNextLook(this.#cap - grown));
  }

  #receive(frame: unknown): void {
    if (this.#end) return;
    this.#heard = performance.now();
    const message = fromWorkerSchema.safeParse(frame);
    if (!message.success) this.kill('it broke the protocol: a message has the wrong shape');
    else if (message.data.type === 'ready') void this.#started();
    else if ('sandbox' in message.data) this.#listeners.get(message.data.sandbox)?.message(message.data);
  }

  async #started(): Promise<void> {
    this.#workerPid = await this.#pid;
    // It may have ended meanwhile: a heartbeat that began now would never end.
    if (!this.#ready || this.#end) return;
    const { resolve } = this.#ready;
    this.#ready = undefined;
    this.#baseline = residentBytes(this.#workerPid) ?? 0;
    this.#beatAt = performance.now();
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    resolve();
  }

  #beat(): void {
    const now = performance.now();
    // When this process itself was held up, what the worker said meanwhile has not been read yet: the silence is ours.
    if (now - this.#beatAt > 2 * HEARTBEAT_MS) this.#heard = Math.max(this.#heard, now - HEARTBEAT_MS);
    this.#beatAt = now;
    if (now - this.#heard > SILENCE_MS) this.kill(`it was silent for ${SILENCE_MS} ms`);
    else this.send({ type: 'ping', at: now });
  }

  #explain(code: number | null, signal: NodeJS.Signals | null): WorkerEnd {
    const said = /out of memory|Allocation failed|bad_alloc|Last few GCs/i.test(this.#stderr);
    const nearCap = this.#cap > 0 && this.#peak > 0.7 * this.#cap;
    return { reason: signal ? `signal ${signal}` : `exit code ${code}`, outOfMemory: said || nearCap };
  }

  #finish(end: WorkerEnd): void {
    if (this.#end) return;
    this.#end = end.reason.startsWith('it used more memory') ? { ...end, outOfMemory: true } : end;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#memoryTimer);
    // A stream that is paused or half read would keep this process alive.
    for (const stream of this.#child.stdio) stream?.destroy();
    this.#ready?.reject(new Error(`${end.reason}${this.#stderr && `\n${this.#stderr.trimEnd()}`}`));
    for (const listener of [...this.#listeners.values()]) listener.ended(this.#end);
  }
}

function writeFilter(pipe: Writable, filter: Buffer): void {
  pipe.on('error', () => {});
  pipe.end(filter);
}

/** bubblewrap writes one JSON object with `child-pid` and closes. Gives 0 when it could not start. */
async function readPid(pipe: Readable): Promise<number> {
  let text = '';
  try {
    for await (const chunk of pipe.setEncoding('utf8')) text += chunk;
    return (JSON.parse(text) as { 'child-pid': number })['child-pid'];
  } catch {
    return 0;
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
