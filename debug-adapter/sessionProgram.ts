import type { DapConnection } from './dapConnection.ts';
import type { ProgramEnd } from './endProgram.ts';
import type { LaunchPlan } from './launchArguments.ts';
import type { StopSources } from './liveWatches.ts';
import type { LogPrinter } from './logPrinter.ts';
import type { RecordedProgram } from './recorder.ts';
import { type LiveMoment, RunningProgram } from './runningProgram.ts';
import { endUnwanted, startProgram } from './startProgram.ts';

const THREAD = 1;

/** Whom the program of a session concerns. */
export interface ProgramOwner {
  client: DapConnection;
  /** What stops time, which is looked for while the program runs. */
  sources: StopSources;
  logs: LogPrinter;
  say(text: string): void;
  /** There is a moment to look at while the program runs. */
  show(moment: LiveMoment): void;
  /** It has ended, and with it the recording. */
  ended(program: RecordedProgram, end: ProgramEnd): void;
}

/** The program of a session, from its start to its end; it can be started again. */
export class SessionProgram {
  readonly #owner: ProgramOwner;
  #program: RecordedProgram | undefined;
  /** Ends with the program that is being started, or runs. */
  #start = new AbortController();
  #running: RunningProgram | undefined;

  constructor(owner: ProgramOwner) {
    this.#owner = owner;
  }

  /** Present while the program runs. */
  get running(): RunningProgram | undefined {
    return this.#running;
  }

  /** Where the program is recorded, or was. */
  get folder(): string | undefined {
    return this.#program?.folder;
  }

  /** Starts what the plan names. Gives false where there is nothing that runs, only a recording. */
  async begin(plan: LaunchPlan, { opensTerminals }: { opensTerminals: boolean }): Promise<boolean> {
    const { client } = this.#owner;
    const print = (category: 'stdout' | 'stderr', output: string) => client.event('output', { category, output });
    const { signal } = this.#start;
    const program = await startProgram(plan, { client, opensTerminals, print, signal });
    if (signal.aborted) {
      endUnwanted(program);
      return true;
    }
    if (program) {
      this.#program = program;
      client.event('process', {
        name: plan.kind === 'open' ? plan.recording : plan.program,
        ...(program.pid !== undefined && { systemProcessId: program.pid }),
        isLocalProcess: true,
        startMethod: plan.kind === 'open' ? 'attach' : 'launch',
      });
    }
    client.event('thread', { reason: 'started', threadId: THREAD });
    if (!program) return false;
    this.#running = this.#watch(program, plan, plan.kind === 'open' ? print : undefined);
    return true;
  }

  #watch(
    program: RecordedProgram,
    plan: LaunchPlan,
    print: ((category: 'stdout' | 'stderr', output: string) => void) | undefined,
  ): RunningProgram {
    const { sources, logs, say } = this.#owner;
    const running = new RunningProgram(program, plan, sources, {
      show: (moment) => {
        if (this.#running === running) this.#owner.show(moment);
      },
      logged: (line) => logs.live(line),
      print,
      say,
      ended: (end) => {
        if (this.#running !== running) return;
        this.#running = undefined;
        running.close();
        this.#owner.ended(program, end);
      },
    });
    return running;
  }

  /** Ends the recording; the session then goes on in the past. */
  stop(): void {
    this.#program?.stop();
  }

  /** Nobody wants the program any more. */
  end(): void {
    this.#running?.close();
    this.#running = undefined;
    this.#start.abort();
    const program = this.#program;
    this.#program = undefined;
    endUnwanted(program);
  }

  /** The same, to begin again: resolves when its port and its terminal are free. Gives false when it was ended since. */
  async endToBegin(): Promise<boolean> {
    const ended = this.#program?.ended;
    this.end();
    this.#start = new AbortController();
    const { signal } = this.#start;
    await ended;
    return !signal.aborted;
  }
}
