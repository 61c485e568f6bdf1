import type { Program } from 'acorn';
import { callEnds, goesOn } from '../instrument/callProbes.ts';
import { positionAt } from '../instrument/columnMap.ts';
import { findNamedFunctions } from '../instrument/functionNames.ts';
import { CALL_BEGINS } from '../instrument/probeText.ts';
import type { Agent } from './agent.ts';
import type { CalledNode, CalledSpan, ProgramFunction } from './jobs.ts';
import type { CallTracker } from './scripts.ts';

/** A name of the global object costs a microsecond in the agent's realm: it is looked up once. */
const { min, max } = Math;

/** More paths of callers than this are one with their last caller. */
const MOST_NODES = 50_000;
/** Stretches that are told: the longest. */
const MOST_SPANS = 4000;

interface Node extends CalledNode {
  index: number;
  children: Map<number, Node> | undefined;
  /** The child of the last call: mostly the next one too. */
  lastChild: Node | undefined;
}

/** One call: what its function holds in a variable of its own. */
interface Call {
  node: Node;
  /** The point of its first statement, in the range. */
  first: number;
  /** Statements while it ran. */
  statements: number;
}

/** A call on the stack, since it began or went on. */
interface Stretch {
  call: Call;
  /** The last point before it. */
  from: number;
  /** Statements of what it called. */
  inner: number;
}

/**
 * Counts the calls of the program and their statements. Each call knows itself, so that calls that are left and go on
 * (`await`, generators) are counted where they were called, and one that was left by an exception ends when its caller
 * goes on. What a turn of the event loop calls has no caller.
 */
export function collectCalls(agent: Agent, { from, to }: { from: number; to: number }): void {
  const { points, probes } = agent;
  const functions: ProgramFunction[] = [];
  const counter = new CallCounter(from, to);
  const tell = () => {
    counter.endAll(points.now);
    const { nodes, spans, folded } = counter.answer();
    agent.channel.send({ event: 'calls', functions, nodes, spans, folded });
    agent.channel.send({ event: 'end', point: points.now });
    agent.exit(0);
  };
  agent.track = trackAllCalls(functions);
  const { calls } = probes;
  probes.onCalls(
    (number) => {
      const point = points.now;
      if (point > to) tell();
      const call = counter.begin(number, point);
      calls.top = call;
      return call;
    },
    (call, value) => {
      counter.end(call as Call, points.now);
      calls.top = counter.top;
      return value;
    },
    (call, value, atStatement) => {
      // The statement has been counted, and belongs to the call that goes on.
      counter.goOn(call as Call, atStatement ? points.now - 1 : points.now);
      calls.top = counter.top;
      return value;
    },
  );
  const newTurn = () => {
    if (counter.top === undefined) return;
    counter.endAll(points.now);
    calls.top = undefined;
  };
  agent.boundary.onCrossing({ call() {}, event: newTurn, turn: newTurn });
  points.visitAt(to + 1, () => tell() as never);
  agent.atEnd = tell;
}

class CallCounter {
  readonly #from: number;
  readonly #to: number;
  readonly #stack: Stretch[] = [];
  readonly #roots = new Map<number, Node>();
  readonly #nodes: Node[] = [];
  #spans: CalledSpan[] = [];
  /** Only longer ones are kept, in statements. */
  #shortest = 1;
  #folded = 0;
  top: Call | undefined;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  begin(number: number, point: number): Call {
    const parent = this.top?.node;
    const node = this.#child(parent, number);
    const first = point + 1;
    if (first >= this.#from && first <= this.#to) {
      if (node === parent) this.#folded++;
      else node.calls++;
    }
    const call = { node, first: max(first, this.#from), statements: 0 };
    this.#stack.push({ call, from: point, inner: 0 });
    this.top = call;
    return call;
  }

  end(call: Call, point: number): void {
    if (this.#stack.at(-1)?.call === call) this.#pop(point);
    // Else it was ended before: a `return` whose `finally` goes on.
    else if (this.#stack.some((stretch) => stretch.call === call)) {
      while (this.#pop(point) !== call);
    }
    this.top = this.#stack.at(-1)?.call;
  }

  goOn(call: Call, point: number): void {
    if (this.top === call) return;
    if (this.#stack.some((stretch) => stretch.call === call))
      while (this.#stack.at(-1)!.call !== call) this.#pop(point);
    else this.#stack.push({ call, from: point, inner: 0 });
    this.top = call;
  }

  endAll(point: number): void {
    while (this.#stack.length > 0) this.#pop(point);
    this.top = undefined;
  }

  answer(): { nodes: CalledNode[]; spans: CalledSpan[]; folded: number } {
    const nodes = this.#nodes.map(({ parent, function: number, calls, self, first, longest }) => {
      return { parent, function: number, calls, self, first, longest };
    });
    return { nodes, spans: this.#longestSpans(), folded: this.#folded };
  }

  #pop(point: number): Call {
    const { call, from, inner } = this.#stack.pop()!;
    const begin = this.#inRange(from);
    const statements = this.#inRange(point) - begin;
    if (statements <= 0) return call;
    const { node } = call;
    node.self += statements - inner;
    if (node.first === 0) node.first = call.first;
    call.statements += statements;
    if (call.statements > node.longest.statements) {
      node.longest.statements = call.statements;
      node.longest.point = call.first;
    }
    const below = this.#stack.at(-1);
    if (below) below.inner += statements;
    if (statements > this.#shortest) this.#keepSpan([this.#stack.length, node.function, begin + 1, begin + statements]);
    return call;
  }

  /** Counts from the last point before the range. */
  #inRange(point: number): number {
    return min(max(point, this.#from - 1), this.#to);
  }

  #child(parent: Node | undefined, number: number): Node {
    if (parent?.lastChild?.function === number) return parent.lastChild;
    const known = (parent ? parent.children : this.#roots)?.get(number);
    if (!known && parent && this.#nodes.length >= MOST_NODES) return parent;
    const node = known ?? this.#newNode(parent, number);
    if (parent) parent.lastChild = node;
    return node;
  }

  #newNode(parent: Node | undefined, number: number): Node {
    const node: Node = {
      index: this.#nodes.length,
      parent: parent?.index ?? -1,
      function: number,
      calls: 0,
      self: 0,
      first: 0,
      longest: { statements: 0, point: 0 },
      children: undefined,
      lastChild: undefined,
    };
    this.#nodes.push(node);
    if (!parent) this.#roots.set(number, node);
    else {
      parent.children ??= new Map();
      parent.children.set(number, node);
    }
    return node;
  }

  #keepSpan(span: CalledSpan): void {
    this.#spans.push(span);
    if (this.#spans.length < 2 * MOST_SPANS) return;
    this.#spans = this.#longestSpans();
    const [, , from, to] = this.#spans.at(-1)!;
    this.#shortest = to - from + 1;
  }

  #longestSpans(): CalledSpan[] {
    return this.#spans.sort((a, b) => b[3] - b[2] - (a[3] - a[2]) || a[2] - b[2]).slice(0, MOST_SPANS);
  }
}

/** Every function of every script keeps its calls; `functions` gets their places in the order of their numbers. */
function trackAllCalls(functions: ProgramFunction[]): CallTracker {
  return ({ path }, instrumented) => {
    const calls = new Map<number, string>();
    const first = functions.length;
    instrumented.functions.forEach(({ start }, index) => {
      calls.set(index, `${CALL_BEGINS}(${first + index})`);
      functions.push({ path, start, line: 0, column: 0 });
    });
    return {
      calls,
      visit: (stop) => (stop.entry ? undefined : goesOn),
      findWrites: (program: Program, starts: number[]) => {
        const names = new Map(findNamedFunctions(program).map(({ start, names }) => [start, names.at(-1)]));
        instrumented.functions.forEach(({ start }, index) => {
          const name = index === 0 ? undefined : names.get(start);
          const found = functions[first + index]!;
          Object.assign(
            found,
            positionAt(starts, start),
            name !== undefined && { name },
            index === 0 && { isFile: true },
          );
        });
        return callEnds(program);
      },
    };
  };
}
