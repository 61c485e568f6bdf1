import { type ChildProcess, spawn } from 'node:child_process';
import { totalmem } from 'node:os';
import { ApexError } from '../../../protocol/errors.ts';
import type { AgentMessage, Job } from '../agent/jobs.ts';
import { USUAL_MARGIN } from '../agent/points.ts';
import { type Checkpoint, Checkpoints } from './checkpoints.ts';
import { Connection, openSwitchboard, type Switchboard } from './connections.ts';
import { fillGaps, PAUSE, type Stage } from './fillGaps.ts';
import { findKoffi, type ReplayLauncher } from './launch.ts';
import { memoryLimit } from './memory.ts';
import { MemoryWatch } from './memoryWatch.ts';

/** A job that runs in a process of its own. */
export interface RunningJob {
  connection: Connection;
  pid: number;
}

interface Waiting {
  resolve(job: RunningJob): void;
  reject(error: Error): void;
}

/** So many are left while the way is gone for the first time. What each has alone is 3 to 100 MB. */
const KEPT_CHECKPOINTS = totalmem() > 12e9 ? 40 : 20;
/** Statements from a checkpoint to a point from which on one more is left, and how far before the point it stands. */
const LONG_WAY = 300_000;
const NEAR = 2000;
/** A target that was passed unseen is tried again with so many times the margin. */
const WIDER = 32;
/** Shares of the memory that checkpoints are left in while nobody asks, and that processes are prepared in. */
const FILLED = 0.5;
const PREPARED = 0.75;
const LAST_WORDS = 4000;
/** Milliseconds after a question in which another one may come. */
const IDLE = 300;

/**
 * The processes of one replay: an origin that stands before the program's first statement, checkpoints along its way,
 * and copies of them that do jobs. Where processes cannot be copied each job starts the program again. Whichever way,
 * answers are the same; a process that dies is replaced by an earlier one.
 */
export class ReplayProcesses {
  readonly #launcher: ReplayLauncher;
  readonly #koffi: string | undefined;
  readonly #children = new Set<ChildProcess>();
  readonly #waiting = new Map<number, Waiting>();
  #switchboard: Switchboard | undefined;
  readonly #checkpoints = new Checkpoints();
  readonly #memory: MemoryWatch;
  readonly #limit: number;
  /** A process was ended because all together needed too much memory. */
  #tooLarge = false;
  /** Checkpoints along the way, at most. */
  #most = KEPT_CHECKPOINTS;
  /** When and where a question was last. */
  #lastAsked = { at: 0, point: 0 };
  #starting: Promise<void> | undefined;
  #originArrived: (() => void) | undefined;
  /** Processes that do jobs; a process leaves this when its line closes. */
  readonly #working = new Map<Connection, number>();
  #nextJob = 1;
  #lastWords = '';
  #closed = false;

  /** `memory`: bytes that all processes may use together. */
  constructor(launcher: ReplayLauncher, options: { fork?: boolean; memory?: number } = {}) {
    this.#launcher = launcher;
    this.#limit = options.memory ?? memoryLimit();
    this.#memory = new MemoryWatch({
      limit: this.#limit,
      pids: () => this.pids,
      tooMuch: (part) => this.#checkpoints.giveUpPart(part, this.#lastAsked.point),
      tooLarge: (pid) => this.#giveUp(pid),
    });
    this.#koffi = options.fork === false || launcher.copyable === false ? undefined : findKoffi();
  }

  get copies(): boolean {
    return this.#koffi !== undefined;
  }

  /** Points at which a checkpoint stands, ascending. */
  get checkpoints(): number[] {
    return this.#checkpoints.points;
  }

  get pids(): number[] {
    return [...this.#checkpoints.all.map(({ pid }) => pid), ...this.#working.values()];
  }

  /** Starts a job in a process that is at or before `point` (0: before the program's first statement). */
  async run(job: Job, point = 0): Promise<RunningJob> {
    this.#lastAsked = { at: performance.now(), point };
    if (!hasTarget(job)) return this.#begin(job, point);
    for (let margin = USUAL_MARGIN; ; margin *= WIDER) {
      const running = await this.#begin({ ...job, margin }, point);
      if (await this.#aimed(running)) return running;
    }
  }

  async #begin(job: Job, point: number): Promise<RunningJob> {
    if (this.#closed) throw new ApexError('replay-closed', 'This replay has been closed.');
    if (!this.#koffi) return this.#runAgain(job);
    for (;;) {
      const parked = this.#checkpoints.before(point);
      if (!parked) {
        await this.#startOrigin();
        continue;
      }
      try {
        return await this.#copy(parked, job);
      } catch (error) {
        if (this.#closed || parked.point === 0) throw error;
        // The checkpoint died: an earlier one does it.
        this.#checkpoints.forget(parked);
      }
    }
  }

  /** A copy of a paused process, at the same point with the same object ids. */
  async copyPaused(paused: Connection, request: (job: number) => void): Promise<RunningJob> {
    const number = this.#nextJob++;
    const arrival = this.#arrival(number, paused);
    request(number);
    return arrival;
  }

  /** Ends a process that does not answer. */
  kill(connection: Connection): void {
    const pid = this.#working.get(connection);
    if (pid !== undefined && !connection.closed) killProcess(pid);
    connection.close();
  }

  close(): void {
    this.#closed = true;
    // One that computes would not notice that nobody listens any more.
    for (const connection of this.#working.keys()) this.kill(connection);
    this.#memory.close();
    this.#checkpoints.close();
    this.#switchboard?.close();
    for (const child of this.#children) child.kill('SIGKILL');
    for (const { reject } of this.#waiting.values()) reject(new ApexError('replay-closed', 'The replay was closed.'));
    this.#waiting.clear();
  }

  /** While nobody asks, leaves more checkpoints where the way from one to the next is long. `ended`: the whole way's. */
  fillIn(ended: Stage, options: { gap?: number } = {}): void {
    if (!this.copies) return;
    this.#most = Number.POSITIVE_INFINITY;
    void fillGaps({
      ...options,
      ended,
      checkpoints: this.#checkpoints,
      mayGoOn: () => this.#mayFill,
      isIdle: () => this.#isIdle,
      room: () => this.#roomForCheckpoints(),
      fill: (from, to, everyMs) => this.#fill(from, to, everyMs),
    }).catch(() => {}); // The others are still there.
  }

  /** There is memory for processes that nobody has asked for yet. */
  get mayPrepare(): boolean {
    return this.copies && !this.#closed && this.#memory.total < this.#limit * PREPARED;
  }

  get #mayFill(): boolean {
    return !this.#closed && this.#memory.total < this.#limit * FILLED;
  }

  get #isIdle(): boolean {
    return performance.now() - this.#lastAsked.at > IDLE;
  }

  /** By what each process has needed so far. */
  #roomForCheckpoints(): number {
    const each = this.#memory.total / Math.max(1, this.pids.length);
    return each > 0 ? (this.#limit * FILLED - this.#memory.total) / each : KEPT_CHECKPOINTS;
  }

  /** Broken off when somebody asks: what was left until then is kept, so the next one begins there. */
  async #fill(from: Stage, to: Stage, everyMs: number): Promise<boolean> {
    const checkpoints = { everyMs, atMost: Number.MAX_SAFE_INTEGER };
    const { connection } = await this.#begin({ kind: 'fill', until: to.point, checkpoints }, from.point);
    return new Promise((resolve) => {
      let brokenOff = false;
      const watch = setInterval(() => {
        if (this.#isIdle && this.#mayFill) return;
        brokenOff = true;
        this.kill(connection);
      }, PAUSE).unref();
      connection.onClose = () => {
        clearInterval(watch);
        resolve(!brokenOff);
      };
    });
  }

  /** Ends a process that works; a checkpoint goes when it is the least useful one. */
  #giveUp(pid: number): void {
    const [connection] = [...this.#working].find(([, working]) => working === pid) ?? [];
    if (!connection) return;
    this.#tooLarge = true;
    this.kill(connection);
  }

  #keep(checkpoint: Checkpoint): void {
    checkpoint.connection.onMessage = undefined;
    checkpoint.connection.onClose = () => this.#checkpoints.forget(checkpoint);
    this.#checkpoints.add(checkpoint, this.#most);
  }

  #copy(parked: Checkpoint, job: Job): Promise<RunningJob> {
    const number = this.#nextJob++;
    const arrival = this.#arrival(number, parked.connection);
    parked.connection.send({ start: this.#leaving(parked, job), job: number });
    return arrival;
  }

  /** A long way is gone only once: a checkpoint is left shortly before its end, where the next questions will be. */
  #leaving(parked: Checkpoint, job: Job): Job {
    if (job.kind !== 'goto' && job.kind !== 'window') return job;
    const target = job.kind === 'goto' ? job.point : job.from;
    if (target - parked.point < LONG_WAY) return job;
    const leave = target - NEAR;
    this.#checkpoints.expectNear(leave);
    return { ...job, leave };
  }

  /** Resolves when the process that does a job reports; rejects when the one that was to make it dies before. */
  #arrival(number: number, maker: Connection): Promise<RunningJob> {
    return new Promise((resolve, reject) => {
      // Several may be made at a time, of which each has an end of its own.
      const made = maker.whenClosed(() => {
        this.#waiting.delete(number);
        reject(this.crash());
      });
      this.#waiting.set(number, {
        resolve: (job) => {
          made();
          resolve(job);
        },
        reject,
      });
    });
  }

  /** False when the process has passed its target unseen; it has ended then. */
  #aimed({ connection }: RunningJob): Promise<boolean> {
    return new Promise((resolve, reject) => {
      connection.onClose = () => reject(this.crash());
      connection.onMessage = (message) => {
        connection.onMessage = undefined;
        connection.onClose = undefined;
        const { event } = 'event' in message ? message : { event: undefined };
        if (event !== 'aimed' && event !== 'missed') connection.giveBack(message);
        resolve(event !== 'missed');
      };
    });
  }

  #startOrigin(): Promise<void> {
    this.#starting ??= (async () => {
      this.#switchboard ??= await openSwitchboard((connection, first) => this.#accept(connection, first));
      const child = this.#spawn({ socket: this.#switchboard.path, koffi: this.#koffi }, false);
      await new Promise<void>((resolve, reject) => {
        this.#originArrived = resolve;
        child.once('exit', () => reject(this.crash()));
        child.once('error', reject);
      });
    })().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  #accept(connection: Connection, first: AgentMessage): void {
    if (!('event' in first)) return;
    connection.onMessage = undefined;
    if (first.event === 'parked') {
      const { point, pid } = first;
      this.#keep({ point, pid, connection, at: first.spent });
      if (point === 0) this.#originArrived?.();
    } else if (first.event === 'started') {
      const waiting = this.#waiting.get(first.job);
      this.#waiting.delete(first.job);
      if (waiting) {
        this.#works(connection, first.pid);
        waiting.resolve({ connection, pid: first.pid });
      } else connection.close();
    }
  }

  #works(connection: Connection, pid: number): void {
    this.#working.set(connection, pid);
    connection.whenClosed(() => this.#working.delete(connection));
  }

  /** Without copies: a new process for this job alone, on its file descriptor 3. */
  #runAgain(job: Job): Promise<RunningJob> {
    const child = this.#spawn({}, true);
    const connection = new Connection(child.stdio[3] as import('node:stream').Duplex);
    const number = this.#nextJob++;
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      connection.onClose = () => reject(this.crash());
      connection.onMessage = (message) => {
        if (!('event' in message)) return;
        if (message.event === 'parked') connection.send({ start: job, job: number });
        if (message.event === 'started') {
          connection.onMessage = undefined;
          connection.onClose = undefined;
          this.#works(connection, message.pid);
          resolve({ connection, pid: message.pid });
        }
      };
    });
  }

  #spawn(settings: Parameters<ReplayLauncher>[0], ownPipe: boolean): ChildProcess {
    const { node, args, env, cwd } = this.#launcher(settings);
    const child = spawn(node, args, {
      env,
      cwd,
      stdio: ['ignore', 'ignore', 'pipe', ownPipe ? 'pipe' : 'ignore'],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    child.stderr?.on('data', (data: Buffer) => {
      this.#lastWords = (this.#lastWords + data.toString()).slice(-LAST_WORDS);
    });
    return child;
  }

  /** What to say when a process has died, with its last words. */
  crash(): ApexError {
    if (this.#tooLarge) return tooLarge(this.#limit);
    const words = this.#lastWords.trim().split('\n').slice(-12).join('\n');
    return new ApexError(
      'replay-crashed',
      `The replaying process ended unexpectedly.${words ? ` Its last words:\n${words}` : ''}`,
      'The recording is untouched. Ask again; if it happens every time, "apex replay REC --check" says where.',
    );
  }
}

function tooLarge(limit: number): ApexError {
  return new ApexError(
    'replay-memory',
    `Replaying this program takes more than the ${Math.round(limit / 2 ** 20)} MB of memory that it may use here.`,
    'Let it use more: APEX_REPLAY_MEMORY (in MB) in the environment of the command or the editor.',
  );
}

/** Whether the job has a point that must not be passed. */
function hasTarget(job: Job): job is Extract<Job, { margin?: number }> {
  return (
    job.kind === 'goto' ||
    job.kind === 'window' ||
    job.kind === 'writes' ||
    job.kind === 'followWrites' ||
    job.kind === 'step'
  );
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

export const DEFAULT_CHECKPOINTS = { everyMs: 25, atMost: KEPT_CHECKPOINTS, share: 8 };
