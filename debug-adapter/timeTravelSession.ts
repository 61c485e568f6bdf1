import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { PROGRAM_ENDED } from '../protocol/debug.ts';
import { ApexError, toErrorReport } from '../protocol/errors.ts';
import type { Branch } from '../time-travel/replay/engine/branches.ts';
import type { PointRange } from '../time-travel/replay/engine/callTree.ts';
import type { ReplayLauncher } from '../time-travel/replay/engine/launch.ts';
import type { PausedProcess } from '../time-travel/replay/engine/pausedProcess.ts';
import { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import type { Direction, StepKind } from '../time-travel/replay/engine/steps.ts';
import { BranchVisit } from './branchVisit.ts';
import { Breakpoints, toDap } from './breakpoints.ts';
import { openChildSessions } from './childSessions.ts';
import type { DapConnection } from './dapConnection.ts';
import { DataBreakpoints } from './dataBreakpoints.ts';
import { EarlierMoments, type Standing } from './earlierMoments.ts';
import type { ProgramEnd } from './endProgram.ts';
import { FunctionBreakpoints } from './functionBreakpoints.ts';
import type { LaunchPlan } from './launchArguments.ts';
import { resolveStops } from './liveWatches.ts';
import { LogPrinter } from './logPrinter.ts';
import { describeEnd, describePosition } from './position.ts';
import { openRecording, type RecordedProgram } from './recorder.ts';
import { type LiveMoment, RunningProgram } from './runningProgram.ts';
import { skipsBy } from './skipFiles.ts';
import { pastSkipped } from './skippedSteps.ts';
import type { StackFrames } from './stackFrames.ts';
import { endUnwanted, startProgram } from './startProgram.ts';
import { type Arrival, type ExceptionFilter, firstStop, nextStop, type Stops } from './travel.ts';
import { Variables } from './variables.ts';

const THREAD = 1;

/**
 * One debug session: first a program that is recorded, then a recording in which one travels. `now` is the point at
 * which time stands.
 */
export class TimeTravelSession {
  readonly breakpoints = new Breakpoints();
  readonly dataBreakpoints = new DataBreakpoints();
  readonly functionBreakpoints = new FunctionBreakpoints();
  readonly variables = new Variables();
  readonly earlier = new EarlierMoments(() => this.replay);
  /** The part of the recording that questions keep to. */
  focus: PointRange | undefined;
  /** The client can begin sessions that are asked of it. */
  opensChildren = false;
  /** The client can run a program in a terminal. */
  opensTerminals = false;
  exceptionFilters: ReadonlySet<ExceptionFilter> = new Set();
  readonly #client: DapConnection;
  readonly #frames: StackFrames;
  #plan: LaunchPlan | undefined;
  #skips: (path: string) => boolean = () => false;
  #program: RecordedProgram | undefined;
  /** Ends with the program that is being started, or runs. */
  #start = new AbortController();
  /** Present while the program runs. */
  #running: RunningProgram | undefined;
  #replay: ReplaySession | undefined;
  #arrival: Arrival | undefined;
  readonly #visit = new BranchVisit();
  /** Counts journeys: of two that overlap only the later one arrives. */
  #journey = 0;
  /** The client believes that time stands still. */
  #clientStands = false;
  /** The first stop leaves the focus where it is. */
  #background = false;
  readonly #logs: LogPrinter;
  #closed = false;

  constructor(client: DapConnection, frames: StackFrames) {
    this.#client = client;
    this.#frames = frames;
    this.#logs = new LogPrinter(client);
  }

  get recording(): boolean {
    return this.#running !== undefined;
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

  /** Time stands at the point, in the recording. */
  standsAt(point: number): boolean {
    return !this.#closed && !this.branch && this.#arrival?.point === point;
  }

  get programName(): string {
    if (!this.#plan) return 'program';
    if (this.#plan.kind === 'record') return basename(this.#plan.program);
    const { recording, process } = this.#plan;
    return process ? `${basename(recording)} ${process}` : basename(recording);
  }

  set plan(plan: LaunchPlan) {
    this.#plan = plan;
    this.#background = plan.kind === 'open' && plan.background;
    this.#skips = skipsBy(plan.skipFiles);
    this.#frames.skips = this.#skips;
  }

  /** Begins what the launch request asked for, once the editor has told its breakpoints. */
  async begin(): Promise<void> {
    const plan = this.#plan;
    if (!plan) return;
    const print = (category: 'stdout' | 'stderr', output: string) => this.#client.event('output', { category, output });
    const { signal } = this.#start;
    const program = await startProgram(plan, {
      client: this.#client,
      opensTerminals: this.opensTerminals,
      print,
      signal,
    });
    if (signal.aborted) return endUnwanted(program);
    if (!program) {
      this.#client.event('thread', { reason: 'started', threadId: THREAD });
      const { recording, process, runtimeExecutable: node } = plan as Extract<LaunchPlan, { kind: 'open' }>;
      await this.#enterPast(() => openRecording(recording, { process, node }));
      return;
    }
    this.#program = program;
    this.#client.event('process', {
      name: plan.kind === 'open' ? plan.recording : plan.program,
      ...(program.pid !== undefined && { systemProcessId: program.pid }),
      isLocalProcess: true,
      startMethod: plan.kind === 'open' ? 'attach' : 'launch',
    });
    this.#client.event('thread', { reason: 'started', threadId: THREAD });
    const running = new RunningProgram(program, plan, this, {
      show: (moment) => this.#show(running, moment),
      logged: (line) => this.#logs.live(line),
      print: plan.kind === 'open' ? print : undefined,
      say: (text) => this.say(text),
      ended: (end) => {
        if (this.#running !== running) return;
        this.#running = undefined;
        running.close();
        this.say(describeEnd(this.programName, end));
        if (!end.goesOn) this.#client.event(PROGRAM_ENDED, { exitCode: end.code });
        void this.#enterPast(() => program.launcher(), end);
      },
    });
    this.#running = running;
  }

  /** Shows what a program that still runs has done so far: at a hit of a breakpoint, or at the latest moment. */
  async lookNow(): Promise<void> {
    await this.#running?.look();
  }

  #show(running: RunningProgram, { replay, point, title, exception }: LiveMoment): void {
    if (this.#closed || this.#running !== running) return;
    this.#replay = replay;
    const isHit = this.#stops.some((stops) => stops.at(point).length > 0);
    this.#arrive({ point, reason: exception ? 'exception' : isHit ? 'breakpoint' : 'pause', title, exception });
  }

  /** Ends the recording; the session then goes on in the past. */
  stopRecording(): void {
    this.#program?.stop();
  }

  async process(): Promise<PausedProcess> {
    return this.#visit.process ?? this.replay.pauseAt(this.arrival.point);
  }

  /** The same as soon as its stack is known, when its frames have no scopes yet. */
  async arrivedProcess(): Promise<PausedProcess> {
    return this.#visit.process ?? this.replay.arriveAt(this.arrival.point);
  }

  /** A frame that a request means, and a process that answers questions about it. */
  async standing(frameId?: number): Promise<Standing> {
    const known = frameId === undefined ? undefined : this.#frames.find(frameId);
    const place = this.#frames.placeOf(frameId);
    if (place.point !== undefined) return { ...(await this.earlier.standing(place.point, place.index)), place };
    const process = await this.process();
    return { process, frame: known?.frame ?? process.frames[0], place };
  }

  get branch(): Branch | undefined {
    return this.#visit.branch;
  }

  /** Shows where a branch stands: at the first difference from the recording. */
  enterBranch(branch: Branch): void {
    const { point } = branch.change as { point: number };
    this.#journey++;
    this.#tellMove();
    this.#arrive({ point, reason: 'goto', title: 'First difference' }, branch);
  }

  /** Back at the moment of the change, in the recording. Gives false outside of branches. */
  leaveBranch(): boolean {
    const { branch } = this.#visit;
    if (!branch) return false;
    this.#journey++;
    this.#tellMove();
    this.#arrive({ point: this.arrival.point, reason: 'goto', title: `Back from ${branch.name}` });
    return true;
  }

  /** @throws ApexError `in-a-branch`: questions about time are about the recording */
  refuseInBranch(): void {
    this.#visit.refuse();
  }

  /** The points that questions are about. */
  get range(): PointRange {
    return this.focus ?? { from: 1, to: this.replay.end.point };
  }

  /** Whether a question is about this point. */
  asksAbout(point: number): boolean {
    return this.focus === undefined || (point >= this.focus.from && point <= this.focus.to);
  }

  /** Where `continue` would end. */
  nextStop(direction: Direction): Promise<Arrival> {
    return nextStop(this.replay, this.#stops, this.exceptionFilters, this.arrival.point, direction);
  }

  get #stops(): Stops[] {
    return [this.breakpoints, this.functionBreakpoints, this.dataBreakpoints];
  }

  /** The client asked for something that moves in time, in the protocol's own terms. */
  clientMoves(): void {
    this.#clientStands = false;
  }

  /** A client that did not ask for it would go on showing why it stopped before. */
  #tellMove(): void {
    if (this.#clientStands) this.#client.event('continued', { threadId: THREAD, allThreadsContinued: true });
    this.#clientStands = false;
  }

  async continue(direction: Direction): Promise<void> {
    if (this.leaveBranch()) return;
    const running = this.#running;
    const next = () => this.nextStop(direction);
    if (!running || direction === -1) return this.#travel(next);
    const origin = this.arrival.point;
    await this.#travel(async () => {
      const arrival = await next();
      if (this.#running !== running || arrival.point < this.replay.end.point) return arrival;
      // The program has gone on since: there may be more, and otherwise one waits for it.
      this.#leavePast();
      this.#client.event('continued', { threadId: THREAD, allThreadsContinued: true, live: true });
      await running.goOn(origin);
      return arrival;
    });
  }

  async step(kind: StepKind, direction: Direction): Promise<void> {
    if (this.leaveBranch()) return;
    await this.#travel(async () => {
      const { point } = this.arrival;
      let target = await this.replay.step(point, kind, direction);
      if (this.#running && direction === 1 && target === this.replay.end.point) {
        // What was the end is none any more.
        this.#replay = await this.#running.refresh();
        this.#askAgain();
        target = await this.replay.step(point, kind, direction);
      }
      target = await pastSkipped(this.replay, this.#skips, target, direction);
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

  async goto(point: number, title = 'Travelled here', reason: 'goto' | 'step' = 'goto'): Promise<void> {
    await this.#travel(async () => ({ point, reason, title }));
  }

  /** Breakpoints have changed: what is new is looked up in the recording, and its logpoints print. */
  async resolveBreakpoints(): Promise<void> {
    this.#running?.breakpointsChanged();
    if (!this.#replay) return;
    await this.breakpoints.resolve(this.#replay);
    if (!this.#running) this.#logs.past(this.breakpoints.all, this.range);
  }

  /** So for those on values and functions: before there is a past they wait for it. */
  async resolveMore(): Promise<void> {
    if (this.#replay) await resolveStops(this, this.#replay);
    // Behind the past so far they are looked for with what it told of them.
    this.#running?.breakpointsChanged();
  }

  filterExceptions(filters: ReadonlySet<ExceptionFilter>): void {
    this.exceptionFilters = filters;
    this.#running?.breakpointsChanged();
  }

  /** Records again, or opens the recording again; begun as a session is. */
  async restart(): Promise<void> {
    const ended = this.#program?.ended;
    this.#end();
    this.#start = new AbortController();
    const { signal } = this.#start;
    // The port and the terminal of the one before are free then.
    await ended;
    if (signal.aborted) return;
    this.dataBreakpoints.forget();
    this.#logs.forget();
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

  /** What cannot go on ends the session, and says why. */
  fail(error: unknown): void {
    if (this.#closed) return;
    const { message, advice } = toErrorReport(error);
    this.#client.event('output', { category: 'important', output: `${advice ? `${message} ${advice}` : message}\n` });
    this.#client.event('terminated');
  }

  say(output: string): void {
    this.#client.event('output', { category: 'console', output: `${output}\n` });
  }

  #leavePast(): void {
    this.#journey++;
    this.variables.clear();
    this.earlier.forget();
    this.#replay?.close();
    this.#replay = undefined;
    this.#arrival = undefined;
    this.focus = undefined;
    this.#visit.branch = undefined;
    this.#askAgain();
  }

  /** What breakpoints knew was about another recording, or a shorter one. */
  #askAgain(): void {
    this.breakpoints.forget();
    this.functionBreakpoints.forget();
    this.dataBreakpoints.askAgain();
  }

  #end(): void {
    this.#leavePast();
    this.#clientStands = false;
    this.#running?.close();
    this.#running = undefined;
    this.#start.abort();
    const program = this.#program;
    this.#program = undefined;
    endUnwanted(program);
  }

  /** The recording is complete. Who already stood at a moment of it stays there. */
  async #enterPast(launcher: () => ReplayLauncher, how?: ProgramEnd): Promise<void> {
    const failed = how?.code !== undefined && how.code !== 0;
    const before = this.#arrival;
    const plan = this.#plan!;
    this.#tellMove();
    this.#leavePast();
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
      replay.sourceMaps.onNote = (note) => this.say(`apex: ${note}`);
      if (replay.end.point < 1) {
        throw nothingRecorded(how);
      }
      const first = await firstStop(replay, this.#stops, this.exceptionFilters, {
        stopOnEntry: plan.stopOnEntry,
        mayHaveFailed: plan.kind === 'open' && plan.process !== undefined,
      });
      // What failed is what one looks for.
      if (first.reason === 'exception') this.#background = false;
      const more = this.functionBreakpoints.toDap();
      const arrival = before ? { ...before, title: 'The recording is complete' } : first;
      for (const known of this.breakpoints.all) {
        this.#client.event('breakpoint', { reason: 'changed', breakpoint: toDap(known) });
      }
      for (const breakpoint of more) this.#client.event('breakpoint', { reason: 'changed', breakpoint });
      this.#logs.past(this.breakpoints.all, this.range);
      this.#arrive(arrival);
      const folder = this.#program?.folder ?? (plan.kind === 'open' ? plan.recording : undefined);
      const parent = plan.kind === 'open' ? plan.process : undefined;
      if (folder !== undefined) openChildSessions(this.#client, { folder, parent, canOpen: this.opensChildren });
    } catch (error) {
      this.fail(error);
    }
  }

  async #travel(destination: () => Promise<Arrival>): Promise<void> {
    const origin = this.arrival;
    const journey = ++this.#journey;
    this.#tellMove();
    try {
      const arrival = await destination();
      if (journey === this.#journey) this.#arrive(arrival);
    } catch (error) {
      if (journey !== this.#journey || this.#closed) return;
      this.say(`apex: ${toErrorReport(error).message}`);
      this.#arrive(origin);
    }
  }

  #arrive(arrival: Arrival, branch?: Branch): void {
    this.variables.clear();
    this.earlier.clear();
    this.#frames.clear();
    this.#arrival = arrival;
    this.#visit.branch = branch;
    const hits = branch ? [] : this.#stops.flatMap((source) => source.at(arrival.point));
    // The process is made ready while the editor asks for the stack.
    if (!branch) this.replay.arriveAt(arrival.point).catch(() => {});
    const position = branch ? `what-if: ${branch.name}` : describePosition(this.replay, arrival.point);
    const body: DebugProtocol.StoppedEvent['body'] = {
      reason: arrival.reason,
      description: `${arrival.title} · ${position}`,
      threadId: THREAD,
      allThreadsStopped: true,
      ...(hits.length > 0 && { hitBreakpointIds: hits }),
      ...(arrival.exception && { text: arrival.exception.description }),
      ...(this.#background && { preserveFocusHint: true }),
    };
    this.#background = false;
    this.#clientStands = true;
    this.#client.event('stopped', body);
  }
}

function nothingRecorded(how: ProgramEnd | undefined): ApexError {
  if (!how?.signal) {
    return new ApexError('nothing-recorded', 'No statement of the program ran: there is no past to travel in.');
  }
  return new ApexError(
    'nothing-recorded',
    'The program only computed until it was ended, and a recording goes as far as it last met the outside.',
    'Let it print something now and then: up to there it can be travelled in.',
  );
}
