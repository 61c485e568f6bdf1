import type { DebugProtocol } from '@vscode/debugprotocol';
import { ApexError, toErrorReport } from '../protocol/errors.ts';
import type { Branch } from '../time-travel/replay/engine/branches.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import { BranchVisit } from './branchVisit.ts';
import { describePosition } from './position.ts';
import type { Arrival } from './travel.ts';

const THREAD = 1;

/** What journeys lead through, and whom they tell. */
export interface Ground {
  /** @throws ApexError `not-in-the-past` */
  replay(): ReplaySession;
  /** The session has ended: nobody is told any more. */
  closed(): boolean;
  /** Ids of the breakpoints that hold at a point. */
  hitsAt(point: number): number[];
  /** What was shown of the moment before is known no longer. */
  forgetShown(): void;
  tell(event: string, body: object): void;
  say(text: string): void;
}

/** Time in a session: where it stands, in the recording or in a branch, and how it moves. */
export class Journeys {
  readonly visit = new BranchVisit();
  /** The next stop leaves the focus where it is. */
  background = false;
  readonly #ground: Ground;
  #arrival: Arrival | undefined;
  /** Counts journeys: of two that overlap only the later one arrives. */
  #journey = 0;
  /** The client believes that time stands still. */
  #clientStands = false;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Where time stands, if it does. */
  get arrival(): Arrival | undefined {
    return this.#arrival;
  }

  /** @throws ApexError `not-in-the-past` */
  get here(): Arrival {
    void this.#ground.replay();
    if (!this.#arrival) throw new ApexError('not-in-the-past', 'Time is moving.');
    return this.#arrival;
  }

  /** The client asked for something that moves in time, in the protocol's own terms. */
  clientMoves(): void {
    this.#clientStands = false;
  }

  /** A client that did not ask for it would go on showing why it stopped before. */
  tellMove(): void {
    if (this.#clientStands) this.#tellContinued({});
    this.#clientStands = false;
  }

  /** Time goes on with the program that still runs. */
  tellLive(): void {
    this.#tellContinued({ live: true });
  }

  #tellContinued(more: object): void {
    this.#ground.tell('continued', { threadId: THREAD, allThreadsContinued: true, ...more });
  }

  /** Time stands nowhere until the next arrival; journeys that are under way do not arrive. */
  leave(): void {
    this.#journey++;
    this.#arrival = undefined;
    this.visit.branch = undefined;
  }

  /** Goes where `destination` says. What goes wrong is said, and time stands where it stood. */
  async travel(destination: () => Promise<Arrival>): Promise<void> {
    const origin = this.here;
    const journey = ++this.#journey;
    this.tellMove();
    try {
      const arrival = await destination();
      if (journey === this.#journey) this.arrive(arrival);
    } catch (error) {
      if (journey !== this.#journey || this.#ground.closed()) return;
      this.#ground.say(`apex: ${toErrorReport(error).message}`);
      this.arrive(origin);
    }
  }

  /** Shows where a branch stands: at the first difference from the recording. */
  enterBranch(branch: Branch): void {
    // A changed source has no moment in the recording: one comes back to where one is.
    const { point } = branch.change.kind === 'value' ? branch.change : this.here;
    this.#journey++;
    this.tellMove();
    this.arrive({ point, reason: 'goto', title: 'First difference' }, branch);
  }

  /** Back at the moment of the change, in the recording. Gives false outside of branches. */
  leaveBranch(): boolean {
    const { branch } = this.visit;
    if (!branch) return false;
    this.#journey++;
    this.tellMove();
    this.arrive({ point: this.here.point, reason: 'goto', title: `Back from ${branch.name}` });
    return true;
  }

  arrive(arrival: Arrival, branch?: Branch): void {
    this.#ground.forgetShown();
    this.#arrival = arrival;
    this.visit.branch = branch;
    const replay = this.#ground.replay();
    const hits = branch ? [] : this.#ground.hitsAt(arrival.point);
    // The process is made ready while the editor asks for the stack.
    if (!branch) {
      replay.arriveAt(arrival.point).catch(() => {});
      replay.stepsAhead.prepare(arrival.point);
    }
    const position = branch ? `what-if: ${branch.name}` : describePosition(replay, arrival.point);
    const body: DebugProtocol.StoppedEvent['body'] = {
      reason: arrival.reason,
      description: `${arrival.title} · ${position}`,
      threadId: THREAD,
      allThreadsStopped: true,
      ...(hits.length > 0 && { hitBreakpointIds: hits }),
      ...(arrival.exception && { text: arrival.exception.description }),
      ...(this.background && { preserveFocusHint: true }),
    };
    this.background = false;
    this.#clientStands = true;
    this.#ground.tell('stopped', body);
  }
}
