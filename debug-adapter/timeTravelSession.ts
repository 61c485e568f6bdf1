import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { ApexError, toErrorReport } from '../protocol/errors.ts';
import type { ReplayLauncher } from '../time-travel/replay/engine/launch.ts';
import type { PausedProcess } from '../time-travel/replay/engine/pausedProcess.ts';
import { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import type { Direction, StepKind } from '../time-travel/replay/engine/steps.ts';
import { Breakpoints, logLines, toDap } from './breakpoints.ts';
import type { DapConnection } from './dapConnection.ts';
import { DataBreakpoints } from './dataBreakpoints.ts';
import type { LaunchPlan } from './launchArguments.ts';
import { describePosition } from './position.ts';
import { openRecording, type RecordedProgram, startRecording } from './recorder.ts';
import type { StackFrames } from './stackFrames.ts';
import { type Arrival, type ExceptionFilter, firstStop, nextStop } from './travel.ts';
import { Variables } from './variables.ts';

const THREAD = 1;

/**
 * One debug session: first a program that is recorded, then a recording in which one travels. `now` is the point at
 * which time stands.
 */
export class TimeTravelSession {
  readonly breakpoints = new Breakpoints();
  readonly dataBreakpoints = new DataBreakpoints();
  readonly variables = new Variables();
  exceptionFilters: ReadonlySet<ExceptionFilter> = new Set();
  readonly #client: DapConnection;
  readonly #frames: StackFrames;
  #plan: LaunchPlan | undefined;
  #program: RecordedProgram | undefined;
  #replay: ReplaySession | undefined;
  #arrival: Arrival | undefined;
  /** Counts journeys: of two that overlap only the later one arrives. */
  #journey = 0;
  #printedLogs = new Set<number>();
  #closed = false;

  constructor(client: DapConnection, frames: StackFrames) {
    this.#client = client;
    this.#frames = frames;
  }

  get recording(): boolean {
    return this.#program !== undefined && this.#replay === undefined;
  }

  /** @throws ApexError `not-in-the-past` while the program runs. */
  get replay(): ReplaySession {
    if (!this.#replay) {
      throw new ApexError(
        'not-in-the-past',
        'The program is still being recorded.',
        'Press Pause or Stop to enter the past.',
      );
    }
    return this.#replay;
  }

  get arrival(): Arrival {
    void this.replay;
    if (!this.#arrival) throw new ApexError('not-in-the-past', 'Time is moving.');
    return this.#arrival;
  }

  get programName(): string {
    if (!this.#plan) return 'program';
    return basename(this.#plan.kind === 'record' ? this.#plan.program : this.#plan.recording);
  }

  set plan(plan: LaunchPlan) {
    this.#plan = plan;
  }

  /** Begins what the launch request asked for, once the editor has told its breakpoints. */
  async begin(): Promise<void> {
    const plan = this.#plan;
    if (!plan) return;
    if (plan.kind === 'open') {
      await this.#enterPast(() => openRecording(plan.recording));
      return;
    }
    const program = await startRecording(plan, (category, output) =>
      this.#client.event('output', { category, output }),
    );
    this.#program = program;
    this.#client.event('process', {
      name: plan.program,
      ...(program.pid !== undefined && { systemProcessId: program.pid }),
      isLocalProcess: true,
      startMethod: 'launch',
    });
    this.#client.event('thread', { reason: 'started', threadId: THREAD });
    void program.ended.then(async ({ code, signal }) => {
      if (this.#closed || this.#program !== program) return;
      this.say(`${basename(plan.program)} ended ${signal ? `by ${signal}` : `with exit code ${code ?? 'unknown'}`}.`);
      await this.#enterPast(() => program.launcher(), code !== 0 && code !== undefined);
    });
  }

  /** Ends the recording; the session then goes on in the past. */
  stopRecording(): void {
    this.#program?.stop();
  }

  async process(): Promise<PausedProcess> {
    return this.replay.pauseAt(this.arrival.point);
  }

  async continue(direction: Direction): Promise<void> {
    await this.#travel(() =>
      nextStop(
        this.replay,
        [this.breakpoints, this.dataBreakpoints],
        this.exceptionFilters,
        this.arrival.point,
        direction,
      ),
    );
  }

  async step(kind: StepKind, direction: Direction): Promise<void> {
    await this.#travel(async () => {
      const { point } = this.arrival;
      const target = await this.replay.step(point, kind, direction);
      const atEdge = target === point || target === (direction === 1 ? this.replay.end.point : 1);
      const title = !atEdge ? 'Step' : direction === 1 ? 'End of the recording' : 'Beginning of the recording';
      return { point: target, reason: 'step', title };
    });
  }

  /** A point by its number, or as a share of the recording such as `50%`. @throws ApexError `no-such-point` */
  parsePoint(text: string | number): number {
    const { end } = this.replay;
    const share = /^(\d+(?:\.\d+)?)%$/.exec(String(text));
    const point = share ? Math.max(1, Math.round((Number(share[1]) / 100) * end.point)) : Number(text);
    if (!Number.isSafeInteger(point) || point < 1 || point > end.point) {
      throw new ApexError('no-such-point', `There is no step ${text}; the recording has steps 1 to ${end.point}.`);
    }
    return point;
  }

  async goto(point: number, title = 'Travelled here'): Promise<void> {
    await this.#travel(async () => ({ point, reason: 'goto', title }));
  }

  /** Breakpoints have changed: what is new is looked up in the recording, and its logpoints print. */
  async resolveBreakpoints(): Promise<void> {
    if (!this.#replay) return;
    await this.breakpoints.resolve(this.#replay);
    this.#printLogs();
  }

  async restart(): Promise<void> {
    const plan = this.#plan;
    this.#end();
    this.breakpoints.forget();
    this.dataBreakpoints.forget();
    this.#printedLogs.clear();
    this.#plan = plan;
    await this.begin();
  }

  close(): void {
    this.#closed = true;
    this.#end();
  }

  /** The editor's view of the present moment is to be read again. */
  showAgain(): void {
    this.#client.event('invalidated', { areas: ['variables'] });
  }

  say(output: string): void {
    this.#client.event('output', { category: 'console', output: `${output}\n` });
  }

  #end(): void {
    this.#journey++;
    this.variables.clear();
    this.#replay?.close();
    this.#replay = undefined;
    this.#arrival = undefined;
    const program = this.#program;
    this.#program = undefined;
    program?.stop();
    void program?.ended.finally(() => program.dispose());
  }

  async #enterPast(launcher: () => ReplayLauncher, failed = false): Promise<void> {
    try {
      const replay = await ReplaySession.open(launcher(), {
        places: this.breakpoints.places,
        exceptions: failed && this.exceptionFilters.size > 0,
      });
      if (this.#closed) {
        replay.close();
        return;
      }
      this.#replay = replay;
      const arrival = await firstStop(replay, this.breakpoints, this.exceptionFilters, this.#plan!.stopOnEntry);
      for (const known of this.breakpoints.all) {
        this.#client.event('breakpoint', { reason: 'changed', breakpoint: toDap(known) });
      }
      this.#printLogs();
      this.#arrive(arrival);
    } catch (error) {
      const { message, advice } = toErrorReport(error);
      this.#client.event('output', {
        category: 'stderr',
        output: `apex: ${message}\n${advice ? `  ${advice}\n` : ''}`,
      });
      this.#client.event('terminated');
    }
  }

  async #travel(destination: () => Promise<Arrival>): Promise<void> {
    const origin = this.arrival;
    const journey = ++this.#journey;
    try {
      const arrival = await destination();
      if (journey === this.#journey) this.#arrive(arrival);
    } catch (error) {
      if (journey !== this.#journey || this.#closed) return;
      this.say(`apex: ${toErrorReport(error).message}`);
      this.#arrive(origin);
    }
  }

  #arrive(arrival: Arrival): void {
    this.variables.clear();
    this.#frames.clear();
    this.#arrival = arrival;
    const hits = [...this.breakpoints.at(arrival.point), ...this.dataBreakpoints.at(arrival.point)];
    // The process is made ready while the editor asks for the stack.
    this.replay.pauseAt(arrival.point).catch(() => {});
    const body: DebugProtocol.StoppedEvent['body'] = {
      reason: arrival.reason,
      description: `${arrival.title} · ${describePosition(this.replay, arrival.point)}`,
      threadId: THREAD,
      allThreadsStopped: true,
      ...(hits.length > 0 && { hitBreakpointIds: hits }),
      ...(arrival.exception && { text: arrival.exception.description }),
    };
    this.#client.event('stopped', body);
  }

  #printLogs(): void {
    const fresh = this.breakpoints.all.filter(({ id, log, facts }) => log && facts && !this.#printedLogs.has(id));
    for (const { id } of fresh) this.#printedLogs.add(id);
    for (const { text, path, line } of logLines(fresh)) {
      this.#client.event('output', {
        category: 'console',
        output: `${text}\n`,
        source: { name: basename(path), path },
        line,
      });
    }
  }
}
