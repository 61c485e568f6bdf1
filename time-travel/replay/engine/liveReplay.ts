import type {
  AgentMessage,
  FollowedExceptions,
  Output,
  PlacesInScript,
  SeenException,
  WriteQuestion,
} from '../agent/jobs.ts';
import type { ReplayLauncher } from './launch.ts';
import { placesInScript } from './livePlaces.ts';
import { ReplayProcesses } from './replayProcesses.ts';
import type { PlaceRequest } from './replaySession.ts';
import { VisitReceiver } from './visitFacts.ts';

/** What a replay of a program that still runs tells, as it comes to know it. */
export interface LiveListener {
  /** Visits of one place, by its number in the request; points ascend. */
  visits(place: number, points: number[], values: string[][]): void;
  outputs(outputs: Output[]): void;
  exceptions?(exceptions: SeenException[]): void;
  /** All that is recorded so far has been replayed. */
  caughtUp?(point: number): void;
  /** The program has ended, or replay cannot go on. */
  ended(): void;
}

/**
 * Replays a recording from its start while it still grows, always a moment behind the program, and tells each visit of
 * the places. Its launcher must follow (see `recordingLauncher`). It has a process of its own until it is closed.
 */
export class LiveReplay {
  readonly #processes: ReplayProcesses;

  private constructor(processes: ReplayProcesses) {
    this.#processes = processes;
  }

  /** @throws ApexError `replay-crashed` */
  static async start(
    launcher: ReplayLauncher,
    places: PlaceRequest[],
    listener: LiveListener,
    exceptions?: FollowedExceptions,
  ): Promise<LiveReplay> {
    const processes = new ReplayProcesses(launcher, { fork: false });
    const live = new LiveReplay(processes);
    try {
      const numbered = places.map((place, id) => ({ ...place, id }));
      const { connection } = await processes.run({ kind: 'follow', places: numbered, exceptions });
      connection.onClose = () => listener.ended();
      const told = places.map(() => 0);
      const visits = new VisitReceiver(numbered);
      connection.onMessage = (message) => {
        if ('event' in message && message.event === 'mapped') {
          const answer = (found: PlacesInScript | undefined) => connection.send(found ?? null);
          placesInScript(message, numbered).then(answer, () => answer(undefined));
        } else receive(message, listener, visits, told);
      };
    } catch (error) {
      live.close();
      throw error;
    }
    return live;
  }

  /**
   * Tells each write of what a question is about, behind the question's point.
   * @throws ApexError `replay-crashed`
   */
  static async startWrites(
    launcher: ReplayLauncher,
    question: WriteQuestion,
    written: (points: number[]) => void,
  ): Promise<LiveReplay> {
    const processes = new ReplayProcesses(launcher, { fork: false });
    const live = new LiveReplay(processes);
    try {
      const { connection } = await processes.run({ kind: 'followWrites', question });
      connection.onMessage = (message) => {
        if ('event' in message && message.event === 'writes') written(message.writes.map(({ point }) => point));
      };
    } catch (error) {
      live.close();
      throw error;
    }
    return live;
  }

  close(): void {
    this.#processes.close();
  }
}

/** `told`: how many visits of each place the listener knows. */
function receive(message: AgentMessage, listener: LiveListener, visits: VisitReceiver, told: number[]): void {
  if (!('event' in message)) return;
  if (message.event === 'outputs') listener.outputs(message.outputs);
  else if (message.event === 'exceptions') listener.exceptions?.(message.exceptions);
  else if (message.event === 'waiting') listener.caughtUp?.(message.point);
  else if (message.event === 'visits') {
    visits.add(message);
    for (const [place, { points, values }] of visits.facts) {
      const known = told[place]!;
      if (known === points.length) continue;
      told[place] = points.length;
      const fresh = points.slice(known);
      listener.visits(
        place,
        fresh,
        fresh.map((_, index) => values.at(known + index)),
      );
    }
  }
}
