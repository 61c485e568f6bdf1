import { ApexError } from '../../../protocol/errors.ts';
import type { AgentMessage, Job, Place, RecordedEvent, ScriptText, StepQuestion } from '../agent/jobs.ts';
import { AsyncParents } from './asyncParents.ts';
import { Branches, type BranchOutcome } from './branches.ts';
import { namesOfEdited } from './editedNames.ts';
import type { IndexFacts, RecordingEnd, SeenException } from './facts.ts';
import type { Stage } from './fillGaps.ts';
import type { ReplayLauncher } from './launch.ts';
import { Moments } from './moments.ts';
import { OriginalNames } from './originalNames.ts';
import { endsInTime, evaluates } from './patience.ts';
import { PausedProcess } from './pausedProcess.ts';
import { DEFAULT_CHECKPOINTS, ReplayProcesses, type RunningJob } from './replayProcesses.ts';
import { SourceMaps } from './sourceMaps.ts';
import { type Direction, type StepKind, stepTarget } from './steps.ts';
import { StepsAhead } from './stepsAhead.ts';
import { translatePlace } from './translatePlace.ts';
import { type PlaceFacts, VisitReceiver } from './visitFacts.ts';
import { WriteHistories } from './writeHistories.ts';

/** A place that a query asks about; `id` is given by the session. */
export type PlaceRequest = Omit<Place, 'id'>;

/** The point where one is, those where the next steps lead, and some where one was. */
const KEPT_PAUSES = 5;

/**
 * Everything one can ask of a recording. Facts never change, so each is computed once. Processes come and go behind
 * this; a session never depends on one.
 */
export class ReplaySession {
  readonly #processes: ReplayProcesses;
  readonly #places = new Map<string, Promise<PlaceFacts>>();
  readonly #moments: Moments;
  /** Other courses that the program could have taken. */
  readonly branches: Branches;
  readonly sourceMaps: SourceMaps;
  /** What the author called what scripts have other names for. */
  readonly names: OriginalNames;
  readonly asyncParents: AsyncParents;
  readonly writes: WriteHistories;
  /** Told where one has arrived, has the next steps ready. */
  readonly stepsAhead: StepsAhead;
  /** Stands where everything has been loaded. */
  #texts: Promise<PausedProcess | undefined> | undefined;
  #nextPlace = 1;
  #index: IndexFacts | undefined;
  /** Milliseconds that one replay of everything takes. */
  #tellOpened: (ms: number) => void = () => undefined;
  // No `Promise.withResolvers`: the command line runs on Node 20, too.
  readonly #opened = new Promise<number>((resolve) => {
    this.#tellOpened = resolve;
  });
  #exceptions: Promise<SeenException[]> | undefined;
  #events: Promise<RecordedEvent[]> | undefined;
  #pauses: { point: number; process: Promise<PausedProcess> }[] = [];

  private constructor(processes: ReplayProcesses) {
    this.#processes = processes;
    const textOf = async (path: string) => {
      this.#texts ??= this.#arriveAt(this.end.point, 'paused');
      return (await (await this.#texts)?.scriptText(path))?.source;
    };
    this.sourceMaps = new SourceMaps(() => this.#index?.scripts ?? [], textOf);
    this.names = new OriginalNames(this.sourceMaps, textOf);
    this.branches = new Branches(
      processes,
      () => this.index,
      (point) => this.pauseAt(point),
      (edits) => (edits.length ? namesOfEdited(this.index.scripts, textOf, edits) : this.names),
    );
    this.writes = new WriteHistories(this);
    this.stepsAhead = new StepsAhead(this);
    this.#moments = new Moments(processes, () => this.end.point);
    this.asyncParents = new AsyncParents(processes, this.#moments, (point) => this.step(point, 'out', -1));
  }

  /**
   * Replays the recording once, which gives the index, checkpoints and the visits of the places already asked about.
   * @throws ApexError `replay-crashed`, `replay-memory`
   */
  static async open(
    launcher: ReplayLauncher,
    options: {
      places?: PlaceRequest[];
      exceptions?: boolean;
      fork?: boolean;
      /** Bytes that its processes may use together; by default a share of the machine's. */
      memory?: number;
      signal?: AbortSignal;
    } = {},
  ): Promise<ReplaySession> {
    const session = new ReplaySession(new ReplayProcesses(launcher, { fork: options.fork, memory: options.memory }));
    options.signal?.addEventListener('abort', () => session.close());
    try {
      const { places = [] } = options;
      const index = session.#openIndex(places.filter((place) => !evaluates(place)));
      // What they evaluate may not end, and the index is needed in any case: a second replay, beside it.
      void session.visits(places.filter(evaluates)).catch(() => {});
      // On a second core, where it is known that they will be asked for.
      if (options.exceptions) void session.exceptions().catch(() => {});
      session.#processes.fillIn(await index);
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }

  get index(): IndexFacts {
    return this.#index!;
  }

  get end(): RecordingEnd {
    return this.index.end;
  }

  /** All visits of each place in the whole recording; a place may be one in a file that a script was made from. */
  async visits(places: PlaceRequest[]): Promise<PlaceFacts[]> {
    if (!this.#index) return this.#visitsOf(places);
    const asked = await Promise.all(places.map((place) => translatePlace(place, this.sourceMaps, this.names)));
    const facts = await this.#visitsOf(asked);
    return Promise.all(
      facts.map(async (found, index) => {
        const original =
          found.resolved && (await this.sourceMaps.originalOf({ ...found.resolved, path: asked[index]!.path }));
        return original?.path === places[index]!.path ? { ...found, resolved: original } : found;
      }),
    );
  }

  #visitsOf(places: PlaceRequest[]): Promise<PlaceFacts[]> {
    const unknown = places.filter((place) => !this.#places.has(keyOf(place)));
    if (unknown.length) {
      const asked = this.#scan({ kind: 'scan', places: this.#numbered(unknown) });
      this.#remember(unknown, asked);
    }
    return Promise.all(places.map((place) => this.#places.get(keyOf(place))!));
  }

  /** All exceptions of the recording, caught and uncaught, in order. */
  exceptions(): Promise<SeenException[]> {
    this.#exceptions ??= (async () => {
      const seen: SeenException[] = [];
      const job = await this.#processes.run({ kind: 'exceptions' });
      await this.#untilEnd(job, (message) => {
        if (message.event === 'exceptions') seen.push(...message.exceptions);
      });
      return seen;
    })();
    this.#exceptions.catch(() => {
      this.#exceptions = undefined;
    });
    return this.#exceptions;
  }

  /** What the program did with the outside world, in order; the points at the very end are cut to the recording. */
  events(): Promise<RecordedEvent[]> {
    this.#events ??= (async () => {
      const seen: RecordedEvent[] = [];
      const job = await this.#processes.run({ kind: 'events' });
      await this.#untilEnd(job, (message) => {
        if (message.event !== 'events') return;
        for (const event of message.events) seen.push({ ...event, point: Math.min(event.point, this.end.point) });
      });
      return seen;
    })();
    this.#events.catch(() => {
      this.#events = undefined;
    });
    return this.#events;
  }

  /** A process that stands at the point. It may be shared: whoever changes something in it uses a copy. */
  async pauseAt(point: number): Promise<PausedProcess> {
    const process = await this.arriveAt(point);
    await process.whole;
    await this.names.describe(process.frames);
    return process;
  }

  /** The same, as soon as its stack is known: its frames get their scopes later, when the process is `whole`. */
  async arriveAt(point: number): Promise<PausedProcess> {
    if (!(Number.isSafeInteger(point) && point >= 1)) throw this.#noPoint(point);
    const known = this.#pauses.find((pause) => pause.point === point);
    if (known) {
      // The one that was not asked for the longest is given up first.
      this.#pauses = [...this.#pauses.filter((pause) => pause !== known), known];
      const process = await known.process.catch(() => undefined);
      if (process && !process.gone) return process;
      this.#pauses = this.#pauses.filter((pause) => pause !== known);
    }
    const pause = { point, process: this.standAt(point) };
    this.#pauses.push(pause);
    if (this.#pauses.length > KEPT_PAUSES) {
      const oldest = this.#pauses.shift()!;
      // Somebody may still wait for its scopes.
      oldest.process.then((process) => process.whole.finally(() => process.close())).catch(() => {});
    }
    return pause.process;
  }

  /**
   * The rendering of an expression at a point in a frame (0: the innermost of the program), or what it threw. It runs in
   * a copy where it would change anything, and reaches nothing outside.
   */
  async evaluate(point: number, frame: number, expression: string): Promise<{ value: string; error?: string }> {
    const paused = await this.pauseAt(point);
    const copy = await paused.copy();
    if (!copy) throw this.#processes.crash();
    try {
      const chosen = copy.frames.filter(({ program }) => program)[frame];
      if (!chosen) throw new ApexError('no-such-object', `There is no frame ${frame} at point ${point}.`);
      return await copy.render(chosen.callFrameId, await this.names.expression(expression, chosen));
    } finally {
      copy.close();
    }
  }

  /**
   * What would have happened: runs `change` (for example `total = 5`) at a point in a frame and goes on from there against
   * the recorded log.
   * @throws ApexError `evaluation-failed`, `wrong-expression`
   */
  async whatIf(point: number, frame: number, expression: string): Promise<BranchOutcome> {
    const branch = await this.branches.open({ kind: 'value', point, frame, expression }, { goOn: true });
    this.branches.close(branch.id);
    return branch.outcome;
  }

  /** A script of the recording as the program ran it; undefined when it was never loaded. */
  async scriptText(path: string): Promise<ScriptText | undefined> {
    // Where everything has been loaded.
    return (await this.pauseAt(this.end.point)).scriptText(path);
  }

  /** The text of a script, or of a file that one was made from. */
  async sourceText(path: string): Promise<string | undefined> {
    return (await this.sourceMaps.contentOf(path)) ?? (await this.scriptText(path))?.source;
  }

  /** As `findScript`, also among the files that scripts were made from. */
  async findSource(path: string): Promise<string | undefined> {
    const script = this.findScript(path);
    if (script) return script;
    const sources = await this.sourceMaps.sources();
    return sources.find((known) => known === path) ?? sources.find((known) => known.endsWith(`/${path}`));
  }

  /** The path of a loaded script that ends with the given one. */
  findScript(path: string): string | undefined {
    const paths = this.index.scripts.map((script) => script.path);
    return paths.find((known) => known === path) ?? paths.find((known) => known.endsWith(`/${path}`));
  }

  step(from: number, kind: StepKind, direction: Direction): Promise<number> {
    return stepTarget(this.#moments, from, kind, direction, this.end.point, async (far, suspends) => {
      const { point } = await this.#farStep(from, far, direction, suspends);
      return point;
    });
  }

  /**
   * Runs a job from the nearest moment before `point` that it can begin at (0: the start), to its end.
   * The signal ends it.
   * @throws ApexError `replay-crashed`, `cancelled`
   */
  async run(
    job: Job,
    receive: (message: Extract<AgentMessage, { event: string }>) => void,
    point = 0,
    signal?: AbortSignal,
  ): Promise<void> {
    const running = await this.#processes.run(job, point);
    const stop = () => this.#processes.kill(running.connection);
    signal?.addEventListener('abort', stop);
    try {
      if (signal?.aborted) stop();
      await this.#untilEnd(running, receive);
    } catch (error) {
      if (!signal?.aborted) throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    // Also when the end had just come: what was ended is not answered.
    if (signal?.aborted) throw new ApexError('cancelled', 'This was cancelled.');
  }

  get moments(): Moments {
    return this.#moments;
  }

  get mayPrepare(): boolean {
    return this.#processes.mayPrepare;
  }

  close(): void {
    this.#processes.close();
  }

  /** Gives where the program ended, and what the way there took. */
  async #openIndex(places: PlaceRequest[]): Promise<Stage> {
    let at = 0;
    const index: IndexFacts = { end: { point: 0 }, outputs: [], times: [], scripts: [] };
    const asked = this.#scan(
      { kind: 'index', places: this.#numbered(places), checkpoints: DEFAULT_CHECKPOINTS },
      (message) => {
        if (message.event === 'outputs') index.outputs.push(...message.outputs);
        else if (message.event === 'times') index.times.push(...message.times);
        else if (message.event === 'scripts') index.scripts.push(...message.scripts);
        else if (message.event === 'end') {
          const { point, exitCode, divergence, uncaught } = message;
          at = message.spent;
          index.end = { point, exitCode, divergence, ...(uncaught !== undefined && { uncaught }) };
        }
      },
    );
    this.#remember(places, asked);
    const began = performance.now();
    await asked;
    this.#index = index;
    this.#tellOpened(performance.now() - began);
    return { point: index.end.point, at };
  }

  #numbered(places: PlaceRequest[]): Place[] {
    return places.map((place) => ({ ...place, id: this.#nextPlace++ }));
  }

  #remember(places: PlaceRequest[], asked: Promise<PlaceFacts[]>): void {
    places.forEach((place, index) => {
      const key = keyOf(place);
      const facts = asked.then((all) => all[index]!);
      this.#places.set(key, facts);
      facts.catch(() => this.#places.delete(key));
    });
  }

  /** Runs a job that visits places; gives the facts in the order of its places. */
  async #scan(
    job: Extract<Job, { places: Place[] }>,
    other: (message: Extract<AgentMessage, { event: string }>) => void = () => {},
  ): Promise<PlaceFacts[]> {
    const visits = new VisitReceiver(job.places);
    const running = await this.#processes.run(job);
    const ended = this.#untilEnd(running, (message) => {
      if (message.event === 'resolved') visits.resolve(message.places);
      else if (message.event === 'visits') visits.add(message);
      else other(message);
    });
    const stop = () => this.#processes.kill(running.connection);
    await (job.places.some(evaluates) ? endsInTime(this.#opened, ended, stop) : ended);
    return job.places.map(({ id }) => visits.facts.get(id)!);
  }

  #untilEnd(
    { connection }: RunningJob,
    receive: (message: Extract<AgentMessage, { event: string }>) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      connection.onMessage = (message) => {
        if (!('event' in message)) return;
        receive(message);
        if (message.event === 'end') resolve();
      };
      connection.onClose = () => reject(this.#processes.crash());
    });
  }

  async #farStep(point: number, kind: 'over' | 'out', direction: Direction, suspends: boolean) {
    const { frames: all } = await this.pauseAt(point);
    const frames = all.filter(({ program }) => program).map(({ path, line, column }) => ({ path, line, column }));
    const question: StepQuestion = { point, kind, direction, suspends, frames };
    const found = await this.#askStep(question);
    return found.turnAfter === undefined ? found : this.#askStep({ ...question, turnAfter: found.turnAfter });
  }

  async #askStep(question: StepQuestion): Promise<Extract<AgentMessage, { event: 'step' }>> {
    const { connection } = await this.#processes.run({ kind: 'step', question });
    return new Promise((resolve, reject) => {
      connection.onMessage = (message) => {
        if ('event' in message && message.event === 'step') resolve(message);
      };
      connection.onClose = () => reject(this.#processes.crash());
    });
  }

  /**
   * A process that stands at the point and is the caller's own: who asked for it closes it. It is there as soon as its
   * stack is known; scopes and ids of its frames follow when it is `whole`.
   */
  async standAt(point: number): Promise<PausedProcess> {
    const paused = await this.#arriveAt(point, 'arrived');
    if (!paused) throw this.#noPoint(point);
    await this.names.describe(paused.frames);
    return paused;
  }

  async #arriveAt(point: number, when: 'arrived' | 'paused'): Promise<PausedProcess | undefined> {
    const job = await this.#processes.run({ kind: 'goto', point }, point);
    return PausedProcess.arrive(this.#processes, job, undefined, when);
  }

  #noPoint(point: number): ApexError {
    return new ApexError('no-such-point', `The recording has no point ${point}; it ends at ${this.end.point}.`);
  }
}

function keyOf({ path, line, column, condition, expressions }: PlaceRequest): string {
  return JSON.stringify([path, line, column, condition, expressions]);
}
