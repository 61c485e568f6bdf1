import { type ChildProcess, spawn } from 'node:child_process';
import { totalmem } from 'node:os';
import { ApexError } from '../../../protocol/errors.ts';
import type { AgentMessage, Job } from '../agent/jobs.ts';
import { USUAL_MARGIN } from '../agent/points.ts';
import { Connection, openSwitchboard, type Switchboard } from './connections.ts';
import { findKoffi, type ReplayLauncher } from './launch.ts';

/** A job that runs in a process of its own. */
export interface RunningJob {
  connection: Connection;
  pid: number;
}

interface Parked {
  point: number;
  connection: Connection;
}

interface Waiting {
  resolve(job: RunningJob): void;
  reject(error: Error): void;
}

/** A checkpoint shares most of its memory with its neighbours; what it has alone is 3 to 100 MB. */
const KEPT_CHECKPOINTS = totalmem() > 12e9 ? 40 : 20;
/** Statements from a checkpoint to a point from which on one more is left, and how far before the point it stands. */
const LONG_WAY = 20_000;
const NEAR = 2000;
const KEPT_NEAR = 4;
/** A target that was passed unseen is tried again with so many times the margin. */
const WIDER = 32;
const LAST_WORDS = 4000;

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
  #parked: Parked[] = [];
  /** Points near which one was, oldest first: their checkpoints are kept apart from the evenly spread ones. */
  readonly #near = new Set<number>();
  #starting: Promise<void> | undefined;
  #originArrived: (() => void) | undefined;
  /** Processes that do jobs; a process leaves this when its line closes. */
  readonly #working = new Map<Connection, number>();
  #nextJob = 1;
  #lastWords = '';
  #closed = false;

  constructor(launcher: ReplayLauncher, options: { fork?: boolean } = {}) {
    this.#launcher = launcher;
    this.#koffi = options.fork === false || launcher.copyable === false ? undefined : findKoffi();
  }

  get copies(): boolean {
    return this.#koffi !== undefined;
  }

  /** Points at which a checkpoint stands, ascending. */
  get checkpoints(): number[] {
    return this.#parked.map(({ point }) => point);
  }

  /** Starts a job in a process that is at or before `point` (0: before the program's first statement). */
  async run(job: Job, point = 0): Promise<RunningJob> {
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
      const parked = this.#parked.findLast((candidate) => candidate.point <= point && !candidate.connection.closed);
      if (!parked) {
        await this.#startOrigin();
        continue;
      }
      try {
        return await this.#copy(parked, job);
      } catch (error) {
        if (this.#closed || parked.point === 0) throw error;
        // The checkpoint died: an earlier one does it.
        this.#forget(parked);
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
    for (const { connection } of this.#parked) connection.close();
    this.#parked = [];
    this.#switchboard?.close();
    for (const child of this.#children) child.kill('SIGKILL');
    for (const { reject } of this.#waiting.values()) reject(new ApexError('replay-closed', 'The replay was closed.'));
    this.#waiting.clear();
  }

  #copy(parked: Parked, job: Job): Promise<RunningJob> {
    const number = this.#nextJob++;
    const arrival = this.#arrival(number, parked.connection);
    parked.connection.send({ start: this.#leaving(parked, job), job: number });
    return arrival;
  }

  /** A long way is gone only once: a checkpoint is left shortly before its end, where the next questions will be. */
  #leaving(parked: Parked, job: Job): Job {
    if (job.kind !== 'goto' && job.kind !== 'window') return job;
    const target = job.kind === 'goto' ? job.point : job.from;
    if (target - parked.point < LONG_WAY) return job;
    const leave = target - NEAR;
    this.#near.add(leave);
    return { ...job, leave };
  }

  /** Resolves when the process that does a job reports; rejects when the one that was to make it dies before. */
  #arrival(number: number, maker: Connection): Promise<RunningJob> {
    return new Promise((resolve, reject) => {
      const fail = () => {
        this.#waiting.delete(number);
        reject(this.crash());
      };
      const previous = maker.onClose;
      maker.onClose = () => {
        previous?.();
        fail();
      };
      this.#waiting.set(number, {
        resolve: (job) => {
          maker.onClose = previous;
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
      const parked = { point: first.point, connection };
      connection.onClose = () => this.#forget(parked);
      this.#parked.push(parked);
      this.#parked.sort((a, b) => a.point - b.point);
      if (first.point === 0) this.#originArrived?.();
      if (this.#near.has(first.point)) this.#giveUpOldest();
      else this.#thinOut();
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
    connection.onEnd = () => this.#working.delete(connection);
  }

  #forget(parked: Parked): void {
    this.#parked = this.#parked.filter((other) => other !== parked);
  }

  #giveUpOldest(): void {
    const near = this.#parked.filter(({ point }) => this.#near.has(point));
    if (near.length <= KEPT_NEAR) return;
    const [oldest] = this.#near;
    this.#near.delete(oldest!);
    for (const parked of near.filter(({ point }) => point === oldest)) parked.connection.send({ quit: true });
  }

  /** The agent doubles the distance at the same number, so what is kept stays evenly spread. */
  #thinOut(): void {
    const spread = this.#parked.filter(({ point }) => !this.#near.has(point));
    if (spread.length <= KEPT_CHECKPOINTS + 1) return;
    const given = spread.filter((_, index) => index % 2 === 1);
    this.#parked = this.#parked.filter((parked) => !given.includes(parked));
    for (const { connection } of given) connection.send({ quit: true });
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
    const words = this.#lastWords.trim().split('\n').slice(-12).join('\n');
    return new ApexError(
      'replay-crashed',
      `The replaying process ended unexpectedly.${words ? ` Its last words:\n${words}` : ''}`,
      'The recording is untouched. Ask again; if it happens every time, "apex replay REC --check" says where.',
    );
  }
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

export const DEFAULT_CHECKPOINTS = { everyMs: 25, atMost: KEPT_CHECKPOINTS };
