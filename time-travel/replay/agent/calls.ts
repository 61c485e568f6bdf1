import { lineStarts } from '../instrument/columnMap.ts';
import type { Visitor, VisitText } from '../instrument/instrument.ts';
import type { FunctionRange } from '../instrument/probePlaces.ts';
import { CALL, WRITE } from '../instrument/probeText.ts';
import type { Agent } from './agent.ts';
import type { StepQuestion } from './jobs.ts';
import { programSites } from './programStack.ts';
import type { CallTracker } from './scripts.ts';

/** What one call of a function on the stack keeps about itself, in a variable of its own (see `callState`). */
interface CallState {
  /** The point of the call's last statement so far; 0: none yet. */
  p: number;
  /** The point of its first statement. */
  e: number;
  /** 0: nobody waits for it; else one of `Waits`. */
  w: number;
}

const NEW_STATE = '{p:0,e:0,w:0}';

const Waits = { here: 1, asLastResort: 2, never: 3 } as const;

/**
 * Finds where a step ends by one replay from the start, in which each call of the functions that are on the stack at the
 * step's beginning knows its own statements. So a step costs what the run costs, however much lies between, and calls of
 * one function that overlap (recursion, `await`) are told apart.
 */
export function collectStep(agent: Agent, question: StepQuestion): void {
  const { points, probes } = agent;
  const tell = (found: { point?: number; turnAfter?: number }) => {
    agent.channel.send({ event: 'step', ...found });
    agent.exit(0);
  };
  const turn = new NextTurn(agent, question);
  let marked = false;
  let lastResort: { point?: number; turnAfter?: number } = {};
  agent.track = trackCalls(question);
  probes.onWrite(
    (object, outermost) => {
      const call = object as CallState | undefined;
      const point = points.now;
      // The statement at the step's beginning tells of itself after the wait has begun.
      const begun = marked && point > question.point;
      if (begun && call?.w === Waits.here) tell({ point });
      const first = call?.p === 0;
      if (call) {
        call.p = point;
        if (first) call.e = point;
      }
      if (!begun || call?.w === Waits.never || lastResort.point !== undefined) return object;
      if (call?.w === Waits.asLastResort) lastResort = { point };
      else if (turn.hasBegun(point, first && outermost !== undefined)) {
        lastResort = turn.exact ? { point } : { point, turnAfter: turn.notYetAt };
        if (!question.suspends) tell(lastResort);
      }
      return object;
    },
    (key) => key,
  );
  points.stopAt(question.point, () => {
    const calls: (CallState | undefined)[] = [];
    points.outsideTime(() => {
      agent.pause.inFrame(probes, agent.scripts, (evaluate) => {
        for (let frame = 0; frame < question.frames.length; frame++) {
          const { value, known } = evaluate(frame, CALL);
          calls.push(known ? (value as CallState) : undefined);
        }
      });
    });
    if (question.direction === -1) tell({ point: backwards(question, calls) });
    waitFor(question, calls);
    marked = true;
  });
  agent.atEnd = () => tell(lastResort);
}

/** A stack is captured in microseconds, so on a long way it is not looked at in every call. */
const LOOKS = 1000;
const DEEPEST = 200;

/** Whether the outermost call of the step's beginning has ended: then another one is outermost. */
class NextTurn {
  readonly #agent: Agent;
  readonly #question: StepQuestion;
  #next = 0;
  #skipped = false;
  /** The last point that was seen to be in the turn of the beginning. */
  notYetAt: number;

  constructor(agent: Agent, question: StepQuestion) {
    this.#agent = agent;
    this.#question = question;
    this.notYetAt = question.point;
  }

  /** No statement lies between the last one that was looked at and the one that ended the turn. */
  get exact(): boolean {
    return !this.#skipped;
  }

  /** Asked at each statement with which a turn can begin; `again`: the outermost function was called anew. */
  hasBegun(point: number, again: boolean): boolean {
    const { point: from, turnAfter } = this.#question;
    const due = turnAfter === undefined ? again || point >= this.#next : point > turnAfter;
    if (!due) {
      this.#skipped = turnAfter === undefined;
      return false;
    }
    const sites = this.#agent.points.outsideTime(() => programSites(this.#agent, DEEPEST));
    this.#next = point + Math.ceil((point - from) / LOOKS);
    if (sites.length >= DEEPEST) return false;
    const { script, site } = sites.at(-1)!;
    const outermost = this.#question.frames.at(-1)!;
    if (sites.length === 1 || script.path !== outermost.path || site.getLineNumber() !== outermost.line + 1)
      return true;
    this.#skipped = false;
    this.notYetAt = point;
    return false;
  }
}

/** Before the first statement of a call stands its caller; before that of the outermost call the turn before. */
function backwards({ point, kind }: StepQuestion, calls: (CallState | undefined)[]): number {
  for (const call of kind === 'out' ? calls.slice(1) : calls) if (call?.p) return call.p;
  const began = kind === 'out' && calls[0]?.e ? calls[0].e : point;
  return began - 1;
}

function waitFor({ kind, suspends }: StepQuestion, calls: (CallState | undefined)[]): void {
  calls.forEach((call, frame) => {
    if (!call) return;
    if (frame === 0) call.w = kind === 'out' ? Waits.never : Waits.here;
    // After an `await` the call goes on in another turn; what its callers do meanwhile counts only if it never does.
    else call.w = suspends ? Waits.asLastResort : Waits.here;
  });
}

/** The functions that stand in the frames keep the state of their calls. */
function trackCalls({ frames }: StepQuestion): CallTracker {
  return ({ path, source }, { functions, resumed }) => {
    const starts = lineStarts(source);
    const here = frames.filter((frame) => frame.path === path);
    const calls = new Map(
      here.map(({ line, column }) => [innermost(functions, (starts[line] ?? 0) + column), NEW_STATE]),
    );
    const last = frames.at(-1)!;
    const outermost = last.path === path ? innermost(functions, (starts[last.line] ?? 0) + last.column) : undefined;
    const visit: Visitor = (stop) => {
      if (stop.function === outermost) return asEither(`${WRITE}(${CALL},1)`);
      if (calls.has(stop.function)) return asEither(`${WRITE}(${CALL})`);
      // Where a turn of the event loop can begin.
      return stop.entry || resumed.has(stop.function) ? asEither(`${WRITE}()`) : undefined;
    };
    return { calls, visit };
  };
}

const asEither = (text: string): VisitText => ({ statement: text, expression: text });

/** The number of the function that holds an offset. */
export function innermost(functions: readonly FunctionRange[], offset: number): number {
  let best = 0;
  functions.forEach(({ start, end }, index) => {
    if (start <= offset && offset < end && start >= functions[best]!.start) best = index;
  });
  return best;
}
