import { ApexError, toErrorReport } from '../protocol/errors.ts';
import type { SeenException } from '../time-travel/replay/agent/jobs.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import { canBeReplayed } from '../time-travel/replay/engine/snapshot.ts';
import type { LaunchPlan } from './launchArguments.ts';
import { LiveBreakpoints, type LiveListener } from './liveBreakpoints.ts';
import { resolveStops, type StopSources } from './liveWatches.ts';
import { openRecording, type RecordedProgram } from './recorder.ts';
import { openPastSoFar, type PastSoFar } from './soFar.ts';
import { exceptionTitle } from './travel.ts';

/** A moment of a program that still runs; the replay knows what was recorded up to now. */
export interface LiveMoment {
  replay: ReplaySession;
  point: number;
  title: string;
  exception?: SeenException;
}

export interface RunningListener {
  show(moment: LiveMoment): void;
  logged: LiveListener['logged'];
  /** Output of a program that somebody else started. */
  print: ((category: 'stdout' | 'stderr', text: string) => void) | undefined;
  say(text: string): void;
  ended(how: Awaited<RecordedProgram['ended']>): void;
}

/** Most programs end sooner, and then no replay needs to follow them. */
const TELL_AFTER = 1000;

/** A program that runs and is recorded, and the looks at its past meanwhile. */
export class RunningProgram {
  readonly #program: RecordedProgram;
  readonly #mode: LaunchPlan['onBreakpoint'];
  readonly #sources: StopSources;
  readonly #listener: RunningListener;
  readonly #live: LiveBreakpoints;
  #past: PastSoFar | undefined;
  #closed = false;
  /** Following begins when it is worth it. */
  #waiting: NodeJS.Timeout | undefined;
  #following = false;
  /** Looks do not overlap. */
  #looking: Promise<void> | undefined;
  /** Hits up to here were looked at. */
  #seen = 0;
  /** Where the last past that was looked at ended: what it held could be reached in it. */
  #looked = 0;

  constructor(program: RecordedProgram, plan: LaunchPlan, sources: StopSources, listener: RunningListener) {
    this.#program = program;
    this.#mode = plan.onBreakpoint;
    this.#sources = sources;
    this.#listener = listener;
    const { folder } = program;
    const launcher = () => (canBeReplayed(folder) ? openRecording(folder, { follow: true }) : undefined);
    this.#live = new LiveBreakpoints(sources, launcher, {
      hit: (point) => this.#hit(point),
      logged: listener.logged,
      printed: listener.print && ((fd, text) => listener.print?.(fd === 2 ? 'stderr' : 'stdout', text)),
      say: listener.say,
    });
    const patience = this.#mode === 'tell' && !listener.print ? TELL_AFTER : 0;
    if (this.#mode !== 'later') this.#waiting = setTimeout(() => this.#follow(), patience);
    void program.ended.then((how) => {
      if (!this.#closed) listener.ended(how);
    });
  }

  breakpointsChanged(): void {
    if (this.#following) this.#live.follow();
  }

  /** Shows the last hit that was not looked at, else the latest moment. */
  look(): Promise<void> {
    const { lastHit } = this.#live;
    return this.#show(lastHit !== undefined && lastHit > this.#seen ? lastHit : undefined);
  }

  /** Time goes on from a point: to the next hit that is known, else with the program. */
  async goOn(from: number): Promise<void> {
    this.#leave();
    const next = this.#live.hitAfter(from, this.#seen);
    if (next !== undefined) await this.#show(next);
    else this.#program.freeze(false);
  }

  /** The past up to now, in place of the one up to the last look. */
  async refresh(): Promise<ReplaySession> {
    const past = await openPastSoFar(this.#program.folder, this.#sources.breakpoints.places);
    this.#past?.close();
    this.#past = past;
    return past.replay;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#waiting);
    this.#live.close();
    this.#leave();
  }

  #follow(): void {
    this.#following = true;
    this.#live.follow();
  }

  #hit(point: number): string | undefined {
    if (point <= this.#seen || point < this.#looked) return undefined;
    if (this.#past || this.#looking) return 'Continue goes there.';
    if (this.#mode === 'tell') return 'The program goes on; press Pause to look.';
    void this.#show(point);
    return undefined;
  }

  #show(point: number | undefined): Promise<void> {
    this.#looking ??= this.#look(point).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(point: number | undefined): Promise<void> {
    const still = this.#mode === 'stop';
    if (still) this.#program.freeze(true);
    try {
      const replay = await this.refresh();
      if (this.#closed) return this.#leave();
      if (replay.end.point < 1) throw new ApexError('nothing-recorded', 'No statement of the program has run yet.');
      await resolveStops(this.#sources, replay);
      if (this.#closed) return this.#leave();
      const at = Math.min(point ?? replay.end.point, replay.end.point);
      this.#seen = Math.max(this.#seen, at);
      this.#looked = replay.end.point;
      const exception = point === undefined ? undefined : await this.#thrownAt(replay, point);
      if (this.#closed) return this.#leave();
      const goes = still ? 'the program stands still' : 'the program goes on';
      const what = point === undefined ? 'The latest moment' : exception ? exceptionTitle(exception) : 'Breakpoint';
      this.#listener.show({ replay, point: exception?.point ?? at, title: `${what} (${goes})`, exception });
    } catch (error) {
      this.#leave();
      if (this.#closed) return;
      this.#program.freeze(false);
      this.#listener.say(`apex: ${toErrorReport(error).message}`);
    }
  }

  /** The statement that threw what was noticed at a hit. */
  async #thrownAt(replay: ReplaySession, hit: number): Promise<SeenException | undefined> {
    const noticed = this.#live.exceptionAt(hit);
    if (!noticed) return undefined;
    const exact = (await replay.exceptions()).findLast(
      ({ point, description }) => point <= hit && description === noticed.description,
    );
    return exact ?? noticed;
  }

  #leave(): void {
    this.#past?.close();
    this.#past = undefined;
  }
}
