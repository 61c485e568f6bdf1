import { ApexError } from '../protocol/errors.ts';
import type { Frame } from '../time-travel/replay/agent/jobs.ts';
import type { PausedProcess } from '../time-travel/replay/engine/pausedProcess.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import type { FramePlace } from './stackFrames.ts';

/** A frame, and the process whose debugger knows it. */
export interface Standing {
  process: PausedProcess;
  frame: Frame | undefined;
  place: FramePlace;
}

/** Statements that lie before the present moment and whose frames are shown below its own. */
export interface AsyncCaller {
  label: string;
  point: number;
  frames: { frame: Frame; index: number }[];
}

/** Callers below the present stack that are shown, and their frames. */
const MOST_CALLERS = 8;
const MOST_FRAMES = 12;
/** Of these some add nothing: a call that waited twice has the same callers. */
const MOST_LOOKED_AT = 16;

/** The moments of asynchronous callers: their stacks, and while time stands still also their variables. */
export class EarlierMoments {
  readonly #replay: () => ReplaySession;
  readonly #frames = new Map<number, Promise<Frame[]>>();
  #processes = new Map<number, Promise<PausedProcess>>();

  constructor(replay: () => ReplaySession) {
    this.#replay = replay;
  }

  /** Who registered what runs at a point, who registered that, and so on, each with its stack. */
  async callers(point: number): Promise<AsyncCaller[]> {
    const chain = await this.#replay().asyncParents.chain(point, MOST_LOOKED_AT);
    const callers = await Promise.all(
      chain.map(async ({ label, point: at }) => {
        const frames = (await this.framesAt(at)).map((frame, index) => ({ frame, index }));
        // What waited is the call that goes on, above.
        return { label, point: at, frames: frames.slice(label === 'await' ? 1 : 0, MOST_FRAMES) };
      }),
    );
    return callers.filter(({ frames }) => frames.length > 0).slice(0, MOST_CALLERS);
  }

  async standing(point: number, index: number): Promise<Omit<Standing, 'place'>> {
    let process = this.#processes.get(point);
    if (!process) {
      process = this.#replay().standAt(point);
      this.#processes.set(point, process);
    }
    const standing = await process;
    await standing.whole;
    return { process: standing, frame: programFrames(standing)[index] };
  }

  /** Time has moved. */
  clear(): void {
    for (const process of this.#processes.values()) process.then((standing) => standing.close()).catch(() => {});
    this.#processes = new Map();
  }

  /** Another recording. */
  forget(): void {
    this.clear();
    this.#frames.clear();
  }

  /** The program's frames at a point, innermost first, as facts: their ids are those of no process. */
  framesAt(point: number): Promise<Frame[]> {
    let frames = this.#frames.get(point);
    if (!frames) {
      frames = this.#readFrames(point);
      this.#frames.set(point, frames);
      frames.catch(() => this.#frames.delete(point));
    }
    return frames;
  }

  async #readFrames(point: number): Promise<Frame[]> {
    const process = await this.#replay().standAt(point);
    process.close();
    return programFrames(process);
  }
}

const programFrames = ({ frames }: PausedProcess): Frame[] => frames.filter(({ program }) => program);

/** @throws ApexError `no-registration` */
export async function registrationOf({ asyncParents }: ReplaySession, point: number) {
  const [parent] = await asyncParents.chain(point, 1);
  if (parent) return parent;
  throw new ApexError(
    'no-registration',
    'Nothing in the program registered this to run.',
    'It is the main script, or was called by Node itself.',
  );
}
