import { basename } from 'node:path';
import { PROGRAM_ENDED } from '../protocol/debug.ts';
import { ApexError, toErrorReport } from '../protocol/errors.ts';
import type { Branch } from '../time-travel/replay/engine/branches.ts';
import type { PointRange } from '../time-travel/replay/engine/callTree.ts';
import type { ReplayLauncher } from '../time-travel/replay/engine/launch.ts';
import type { OriginalNames } from '../time-travel/replay/engine/originalNames.ts';
import type { PausedProcess } from '../time-travel/replay/engine/pausedProcess.ts';
import { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import type { Direction, StepKind } from '../time-travel/replay/engine/steps.ts';
import { openChildSessions } from './childSessions.ts';
import type { DapConnection } from './dapConnection.ts';
import { EarlierMoments, type Standing } from './earlierMoments.ts';
import type { ProgramEnd } from './endProgram.ts';
import { Journeys } from './journeys.ts';
import type { LaunchPlan } from './launchArguments.ts';
import { resolveStops } from './liveWatches.ts';
import { LogPrinter } from './logPrinter.ts';
import { describeEnd, nothingRecorded, parsePoint } from './position.ts';
import { openRecording } from './recorder.ts';
import type { LiveMoment } from './runningProgram.ts';
import { SessionProgram } from './sessionProgram.ts';
import { SessionStops } from './sessionStops.ts';
import { skipsBy } from './skipFiles.ts';
import { pastSkipped } from './skippedSteps.ts';
import type { StackFrames } from './stackFrames.ts';
import type { Arrival, ExceptionFilter } from './travel.ts';
import { Variables } from './variables.ts';

/**
 * One debug session: first a program that is recorded, then a recording in which one travels. `now` is the point at
 * which time stands.
 */
export class TimeTravelSession {
  readonly stops = new SessionStops();
  readonly variables = new Variables();
  readonly earlier = new EarlierMoments(() => this.replay);
  /** The part of the recording that questions keep to. */
  focus: PointRange | undefined;
  /** The client can begin sessions that are asked of it. */
  opensChildren = false;
  /** The client can run a program in a terminal. */
  opensTerminals = false;
  readonly #client: DapConnection;
  readonly #frames: StackFrames;
  readonly #logs: LogPrinter;
  readonly #program: SessionProgram;
  readonly #journeys: Journeys;
  #plan: LaunchPlan | undefined;
  #skips: (path: string) => boolean = () => false;
  #replay: ReplaySession | undefined;
  /** Counts the openings of recordings: one that is restarted meanwhile is not entered. */
  #opening = 0;
  #closed = false;

  constructor(client: DapConnection, frames: StackFrames) {
    this.#client = client;
    this.#frames = frames;
    this.#logs = new LogPrinter(client);
    const say = (text: string) => this.say(text);
    this.#program = new SessionProgram({
      client,
      sources: this.stops,
      logs: this.#logs,
      say,
      show: (moment) => this.#show(moment),
      ended: (program, end) => {
        this.say(describeEnd(this.programName, end));
        if (!end.goesOn) client.event(PROGRAM_ENDED, { exitCode: end.code });
        void this.#enterPast(() => program.launcher(), end);
      },
    });
    this.#journeys = new Journeys({
      replay: () => this.replay,
      closed: () => this.#closed,
      hitsAt: (point) => this.stops.at(point),
      forgetShown: () => this.#forgetShown(),
      tell: (event, body) => client.event(event, body),
      say,
    });
  }

  get recording(): boolean {
    return this.#program.running !== undefined;
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

  /** @throws ApexError `not-in-the-past` */
  get arrival(): Arrival {
    return this.#journeys.here;
  }

  /** Time stands at the point, in the recording. */
  standsAt(point: number): boolean {
    return !this.#closed && !this.branch && this.#journeys.arrival?.point === point;
  }

  get programName(): string {
    if (!this.#plan) return 'program';
    if (this.#plan.kind === 'record') return basename(this.#plan.program);
    const { recording, process } = this.#plan;
    return process ? `${basename(recording)} ${process}` : basename(recording);
  }

  set plan(plan: LaunchPlan) {
    this.#plan = plan;
    this.#journeys.background = plan.kind === 'open' && plan.background;
    this.#skips = skipsBy(plan.skipFiles);
    this.#frames.skips = this.#skips;
  }

  /** Begins what the launch request asked for, once the editor has told its breakpoints. */
  async begin(): Promise<void> {
    const plan = this.#plan;
    if (!plan) return;
    if (await this.#program.begin(plan, this)) return;
    const { recording, process, runtimeExecutable: node } = plan as Extract<LaunchPlan, { kind: 'open' }>;
    await this.#enterPast(() => openRecording(recording, { process, node }));
  }

  /** Shows what a program that still runs has done so far: at a hit of a breakpoint, or at the latest moment. */
  async lookNow(): Promise<void> {
    await this.#program.running?.look();
  }

  #show({ replay, point, title, exception }: LiveMoment): void {
    if (this.#closed) return;
    this.#replay = replay;
    const reason = exception ? 'exception' : this.stops.at(point).length > 0 ? 'breakpoint' : 'pause';
    this.#journeys.arrive({ point, reason, title, exception });
  }

  /** Ends the recording; the session then goes on in the past. */
  stopRecording(): void {
    this.#program.stop();
  }

  async process(): Promise<PausedProcess> {
    return this.#journeys.visit.process ?? this.replay.pauseAt(this.arrival.point);
  }

  /** The same as soon as its stack is known, when its frames have no scopes yet. */
  async arrivedProcess(): Promise<PausedProcess> {
    return this.#journeys.visit.process ?? this.replay.arriveAt(this.arrival.point);
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
    return this.#journeys.visit.branch;
  }

  /** What the author called variables and functions of what is looked at. */
  get names(): OriginalNames {
    return this.branch?.names ?? this.replay.names;
  }

  /** Shows where a branch stands: at the first difference from the recording. */
  enterBranch(branch: Branch): void {
    this.#journeys.enterBranch(branch);
  }

  /** Back at the moment of the change, in the recording. Gives false outside of branches. */
  leaveBranch(): boolean {
    return this.#journeys.leaveBranch();
  }

  /** @throws ApexError `in-a-branch`: questions about time are about the recording */
  refuseInBranch(): void {
    this.#journeys.visit.refuse();
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
    return this.stops.next(this.replay, this.arrival.point, direction);
  }

  /** The client asked for something that moves in time, in the protocol's own terms. */
  clientMoves(): void {
    this.#journeys.clientMoves();
  }

  async continue(direction: Direction): Promise<void> {
    if (this.leaveBranch()) return;
    const { running } = this.#program;
    const next = () => this.nextStop(direction);
    if (!running || direction === -1) return this.#journeys.travel(next);
    const origin = this.arrival.point;
    await this.#journeys.travel(async () => {
      const arrival = await next();
      if (this.#program.running !== running || arrival.point < this.replay.end.point) return arrival;
      // The program has gone on since: there may be more, and otherwise one waits for it.
      this.#leavePast();
      this.#journeys.tellLive();
      await running.goOn(origin);
      return arrival;
    });
  }

  async step(kind: StepKind, direction: Direction): Promise<void> {
    if (this.leaveBranch()) return;
    await this.#journeys.travel(async () => {
      const { point } = this.arrival;
      let target = await this.replay.step(point, kind, direction);
      const { running } = this.#program;
      if (running && direction === 1 && target === this.replay.end.point) {
        // What was the end is none any more.
        this.#replay = await running.refresh();
        this.stops.askAgain();
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
    return parsePoint(text, this.replay.end.point);
  }

  async goto(point: number, title = 'Travelled here', reason: 'goto' | 'step' = 'goto'): Promise<void> {
    await this.#journeys.travel(async () => ({ point, reason, title }));
  }

  /** Breakpoints have changed: what is new is looked up in the recording, and its logpoints print. */
  async resolveBreakpoints(): Promise<void> {
    this.#program.running?.breakpointsChanged();
    if (!this.#replay) return;
    await this.stops.breakpoints.resolve(this.#replay);
    if (!this.recording) this.#logs.past(this.stops.breakpoints.all, this.range);
  }

  /** So for those on values and functions: before there is a past they wait for it. */
  async resolveMore(): Promise<void> {
    if (this.#replay) await resolveStops(this.stops, this.#replay);
    // Behind the past so far they are looked for with what it told of them.
    this.#program.running?.breakpointsChanged();
  }

  filterExceptions(filters: ReadonlySet<ExceptionFilter>): void {
    this.stops.exceptionFilters = filters;
    this.#program.running?.breakpointsChanged();
  }

  /** Records again, or opens the recording again; begun as a session is. */
  async restart(): Promise<void> {
    this.#leavePast();
    this.#opening++;
    this.#journeys.clientMoves();
    if (!(await this.#program.endToBegin())) return;
    this.stops.dataBreakpoints.forget();
    this.#logs.forget();
    await this.begin();
  }

  close(): void {
    this.#closed = true;
    this.#leavePast();
    this.#program.end();
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
    this.#journeys.leave();
    this.variables.clear();
    this.earlier.forget();
    this.#replay?.close();
    this.#replay = undefined;
    this.focus = undefined;
    this.stops.askAgain();
  }

  #forgetShown(): void {
    this.variables.clear();
    this.earlier.clear();
    this.#frames.clear();
  }

  /** The recording is complete. Who already stood at a moment of it stays there. */
  async #enterPast(launcher: () => ReplayLauncher, how?: ProgramEnd): Promise<void> {
    const failed = how?.code !== undefined && how.code !== 0;
    const before = this.#journeys.arrival;
    const plan = this.#plan!;
    this.#journeys.tellMove();
    this.#leavePast();
    const opening = ++this.#opening;
    try {
      const replay = await ReplaySession.open(launcher(), {
        places: this.stops.breakpoints.places,
        exceptions: failed && this.stops.exceptionFilters.size > 0,
      });
      if (this.#closed || opening !== this.#opening) {
        replay.close();
        return;
      }
      this.#replay = replay;
      replay.sourceMaps.onNote = (note) => this.say(`apex: ${note}`);
      if (replay.end.point < 1) {
        throw nothingRecorded(how);
      }
      const first = await this.stops.first(replay, {
        stopOnEntry: plan.stopOnEntry,
        mayHaveFailed: plan.kind === 'open' && plan.process !== undefined,
        parentFailed: plan.kind === 'open' && plan.parentFailed,
      });
      // What failed is what one looks for.
      if (first.reason === 'exception') this.#journeys.background = false;
      const arrival = before ? { ...before, title: 'The recording is complete' } : first;
      this.stops.tell(this.#client);
      this.#logs.past(this.stops.breakpoints.all, this.range);
      this.#journeys.arrive(arrival);
      const folder = this.#program.folder ?? (plan.kind === 'open' ? plan.recording : undefined);
      const parent = plan.kind === 'open' ? plan.process : undefined;
      const parentFailed = (replay.end.exitCode ?? 0) !== 0;
      if (folder !== undefined)
        openChildSessions(this.#client, { folder, parent, canOpen: this.opensChildren, parentFailed });
    } catch (error) {
      this.fail(error);
    }
  }
}
