import { PLAYING, timeRequests } from '../protocol/debug.ts';
import { ApexError, toErrorReport } from '../protocol/errors.ts';
import { pointAt, timeBetween } from '../time-travel/replay/engine/recordedTime.ts';
import type { DapConnection } from './dapConnection.ts';
import type { On } from './requests.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

/** Milliseconds between two moments that are shown: the client reads stack and variables of each. */
const EVERY = 250;

interface Pace {
  /** Below 0 backwards. */
  speed: number;
  unit: 'time' | 'steps';
}

/** Lets time move by itself, forwards or backwards, until a breakpoint, an edge, or somebody travels. */
export function servePlayback(on: On, session: TimeTravelSession, client: DapConnection): void {
  const playback = new Playback(session, (pace) => client.event(PLAYING, pace));
  on(timeRequests.play, ({ speed, unit = 'time' }) => {
    session.refuseInBranch();
    const { point } = session.arrival;
    if (session.recording) {
      throw new ApexError('not-in-the-past', 'The program is still being recorded.', 'Press Stop to enter the past.');
    }
    playback.stop();
    // After the response, and with it.
    if (speed !== 0)
      setImmediate(
        () =>
          void playback.start({ speed, unit }).catch((error) => session.say(`apex: ${toErrorReport(error).message}`)),
      );
    return { point: String(point) };
  });
}

class Playback {
  readonly #session: TimeTravelSession;
  readonly #tell: (pace: Pace | object) => void;
  /** Counts plays: a later one ends an earlier one. */
  #play = 0;
  #playing = false;

  constructor(session: TimeTravelSession, tell: (pace: Pace | object) => void) {
    this.#session = session;
    this.#tell = tell;
  }

  stop(): void {
    this.#play++;
    if (!this.#playing) return;
    this.#playing = false;
    this.#tell({});
  }

  async start(pace: Pace): Promise<void> {
    const play = ++this.#play;
    this.#playing = true;
    this.#tell(pace);
    const { replay } = this.#session;
    const target = clockOf(replay.index.times, replay.end.point, this.#session.arrival.point, pace);
    const direction = pace.speed > 0 ? 1 : -1;
    for (;;) {
      const { point } = this.#session.arrival;
      await new Promise((resolve) => setTimeout(resolve, EVERY));
      // Somebody travelled, or the session has ended.
      if (play !== this.#play) return;
      if (!stands(this.#session, replay, point)) break;
      const next = target();
      const stop = await this.#session.nextStop(direction);
      if (play !== this.#play) return;
      if (!stands(this.#session, replay, point)) break;
      const reached = direction === 1 ? stop.point <= next : stop.point >= next;
      if (reached) {
        await this.#session.continue(direction);
        break;
      }
      if (next !== point) await this.#session.goto(next, direction === 1 ? 'Playing' : 'Playing backwards');
    }
    if (play === this.#play) this.stop();
  }
}

function stands(session: TimeTravelSession, replay: unknown, point: number): boolean {
  try {
    return session.replay === replay && session.branch === undefined && session.arrival.point === point;
  } catch {
    return false;
  }
}

/** Says at which point time should be by now. */
function clockOf(times: [number, number][], end: number, from: number, { speed, unit }: Pace): () => number {
  const began = performance.now();
  const start = timeBetween(times, from, end) ?? 0;
  return () => {
    const elapsed = ((performance.now() - began) / 1000) * speed;
    const point = unit === 'steps' ? from + Math.trunc(elapsed) : pointAt(times, start + elapsed * 1000, end);
    // Rounding must not lead the other way.
    const onward = speed > 0 ? Math.max(from, point) : Math.min(from, point);
    return Math.min(end, Math.max(1, onward));
  };
}
