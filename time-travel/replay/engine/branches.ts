import { ApexError } from '../../../protocol/errors.ts';
import type { AgentMessage, Difference, Followed, Output, SourceEdit } from '../agent/jobs.ts';
import { checkExpression } from './expressions.ts';
import type { IndexFacts } from './facts.ts';
import type { OriginalNames } from './originalNames.ts';
import { PausedProcess } from './pausedProcess.ts';
import type { ReplayProcesses } from './replayProcesses.ts';

/** What is changed: a value at a point in a frame (0: the innermost of the program), or sources from the start on. */
export type Change =
  | { kind: 'value'; point: number; frame: number; expression: string }
  | { kind: 'source'; edits: SourceEdit[] };

/** How a changed program went on, against the recorded log. */
export interface BranchOutcome {
  /** Rendering of the value that the change evaluated to; empty for changed sources. */
  value: string;
  /** The first difference, or undefined when everything went as recorded. */
  difference?: Difference;
  /** What the changed program printed from the change on, up to where it stands or ended. */
  outputs: Output[];
  /** Where it stands or ended. Behind changed sources points are counts of the changed program's statements. */
  point: number;
}

/** Another course of the program, beside the recorded one, which it does not touch. */
export interface Branch {
  id: number;
  name: string;
  change: Change;
  outcome: BranchOutcome;
  /** The process that stands at the difference and answers questions; undefined when the program has ended. */
  state?: PausedProcess;
  /** What its variables and functions are called where they were written. */
  names: OriginalNames;
}

const KEPT_OUTPUTS = 10_000;

/** The branches of one recording. Each has a process as long as it is open. */
export class Branches {
  readonly #processes: ReplayProcesses;
  readonly #recorded: () => IndexFacts;
  readonly #pauseAt: (point: number) => Promise<PausedProcess>;
  readonly #namesWith: (edits: readonly SourceEdit[]) => OriginalNames;
  readonly #open = new Map<number, Branch>();
  #next = 1;

  constructor(
    processes: ReplayProcesses,
    recorded: () => IndexFacts,
    pauseAt: (point: number) => Promise<PausedProcess>,
    namesWith: (edits: readonly SourceEdit[]) => OriginalNames,
  ) {
    this.#namesWith = namesWith;
    this.#processes = processes;
    this.#recorded = recorded;
    this.#pauseAt = pauseAt;
  }

  get list(): readonly Branch[] {
    return [...this.#open.values()];
  }

  /**
   * Changes a copy and runs it on up to the first difference, or with `goOn` behind output that differs, up to the end or
   * the first question to the outside that was not recorded.
   * @throws ApexError `evaluation-failed`, `wrong-expression`, `no-such-object`, `no-such-source`
   */
  async open(change: Change, options: { name?: string; goOn?: boolean } = {}): Promise<Branch> {
    const { goOn = false } = options;
    const run = change.kind === 'value' ? this.#changeValue(change, goOn) : this.#changeSource(change.edits, goOn);
    const { outcome, state } = await run;
    const names = this.#namesWith(change.kind === 'source' ? change.edits : []);
    if (state) await names.describe(state.frames);
    const id = this.#next++;
    const branch: Branch = { id, name: options.name ?? `branch ${id}`, change, outcome, state, names };
    this.#open.set(id, branch);
    return branch;
  }

  close(id: number): void {
    this.#open.get(id)?.state?.close();
    this.#open.delete(id);
  }

  async #changeValue({ point, frame, expression }: Extract<Change, { kind: 'value' }>, goOn: boolean) {
    const change = checkExpression(expression);
    const copy = await (await this.#pauseAt(point)).copy();
    if (!copy) throw this.#processes.crash();
    const chosen = copy.frames.filter(({ program }) => program)[frame];
    if (!chosen) {
      copy.close();
      throw new ApexError('no-such-object', `There is no frame ${frame} at point ${point}.`);
    }
    const generated = await this.#namesWith([]).expression(change, chosen);
    const story = new Story(point);
    const followed = this.#followed(point, goOn);
    const { value, error, arrival } = await copy.goOn(chosen.callFrameId, generated, followed, story.receive);
    if (error !== undefined) {
      copy.close();
      throw new ApexError('evaluation-failed', error);
    }
    return story.end(await arrival, copy, value);
  }

  async #changeSource(edits: SourceEdit[], goOn: boolean) {
    const known = this.#recorded().scripts.map(({ path }) => path);
    const unknown = edits.find(({ path }) => !known.includes(path));
    if (unknown) throw new ApexError('no-such-source', `${unknown.path} was not loaded in the recording.`);
    const story = new Story(0);
    const job = await this.#processes.run({ kind: 'branch', edits, ...this.#followed(0, goOn) });
    const state = await PausedProcess.arrive(this.#processes, job, story.receive);
    return story.end(state, job.connection, '');
  }

  #followed(point: number, goOn: boolean): Followed {
    const { outputs, end } = this.#recorded();
    const later = outputs.filter((output) => output.point >= point);
    return { expected: later.map(({ fd, text }) => ({ fd, text })), uncaught: end.uncaught, goOn };
  }
}

/** Puts together what a branch tells. */
class Story {
  readonly #outputs: Output[] = [];
  #difference: Difference | undefined;
  #point: number;
  /** Its end or where it stands has been told; else its process has died. */
  #told = false;

  constructor(point: number) {
    this.#point = point;
  }

  readonly receive = (message: Extract<AgentMessage, { event: string }>): void => {
    if (message.event === 'outputs') {
      for (const output of message.outputs) if (this.#outputs.length < KEPT_OUTPUTS) this.#outputs.push(output);
    } else if (message.event === 'differs') this.#difference = message.difference;
    else if (message.event === 'end' || message.event === 'paused') {
      this.#point = message.point;
      this.#told = true;
    }
  };

  /** `used`: what to close when the program has ended. */
  end(state: PausedProcess | undefined, used: { close(): void }, value: string) {
    if (!state) used.close();
    if (!this.#told) throw new ApexError('replay-crashed', 'The changed program ended its process.');
    const outcome: BranchOutcome = {
      value,
      difference: this.#difference,
      outputs: this.#outputs,
      point: this.#point,
    };
    return { outcome, state };
  }
}
