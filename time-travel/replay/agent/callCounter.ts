import type { CalledFunction, CalledNode, CalledSpan, CalledTree } from './jobs.ts';

/** A name of the global object costs a microsecond in the agent's realm: it is looked up once. */
const { min, max } = Math;

/** The number of no function: under it a node has the calls that are folded. */
const FOLDED = -1;
/** Stretches that are told: the longest. */
const MOST_SPANS = 4000;

interface Node extends CalledNode {
  index: number;
  caller: Node | undefined;
  /** Of its function, over all paths; absent where the calls of many functions are folded. */
  cost: Cost | undefined;
  /** By number of function; one that is among the callers stands for calls that go back to it. */
  children: Map<number, Node> | undefined;
  /** The function and the node of the last call: mostly those of the next one too. */
  lastNumber: number;
  lastChild: Node | undefined;
}

interface Cost extends CalledFunction {
  /** How often it is on the stack, or called what is. */
  open: number;
}

/** One call: what its function holds in a variable of its own. */
export interface Call {
  node: Node;
  cost: Cost;
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
  /** It goes on after it was left: who called it may not be on the stack. */
  resumed: boolean;
}

/**
 * A tree of what called what. A call of a function that is among the callers already goes back to their node, so that
 * recursion makes no new paths. Beyond `mostPaths` what a node calls is one child of it, whatever functions these are.
 * Each statement belongs to exactly one node.
 */
export class CallCounter {
  readonly #from: number;
  readonly #to: number;
  readonly #mostPaths: number;
  readonly #costs = new Map<number, Cost>();
  readonly #stack: Stretch[] = [];
  readonly #roots = new Map<number, Node>();
  readonly #nodes: Node[] = [];
  #spans: CalledSpan[] = [];
  /** Only longer ones are kept, in statements. */
  #shortest = 1;
  top: Call | undefined;

  constructor(from: number, to: number, mostPaths: number) {
    this.#from = from;
    this.#to = to;
    this.#mostPaths = mostPaths;
  }

  begin(number: number, point: number): Call {
    const parent = this.top?.node;
    const node = this.#child(parent, number);
    const cost = node.cost ?? this.#costOf(number);
    const first = point + 1;
    if (first >= this.#from && first <= this.#to) {
      node.calls++;
      cost.calls++;
      // What goes back to a caller is called by what came later.
      if (parent && node.index <= parent.index && !node.folded) node.recursive = true;
    }
    const call = { node, cost, first: max(first, this.#from), statements: 0 };
    cost.open++;
    this.#stack.push({ call, from: point, inner: 0, resumed: false });
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
    else {
      this.#stack.push({ call, from: point, inner: 0, resumed: true });
      call.cost.open++;
      for (let { caller } = call.node; caller; caller = caller.caller) if (caller.cost) caller.cost.open++;
    }
    this.top = call;
  }

  endAll(point: number): void {
    while (this.#stack.length > 0) this.#pop(point);
    this.top = undefined;
  }

  answer(): Pick<CalledTree, 'nodes' | 'costs' | 'spans'> {
    const nodes = this.#nodes.map(({ parent, function: number, calls, self, first, longest, recursive, folded }) => {
      return { parent, function: number, calls, self, first, longest, recursive, folded };
    });
    const costs = [...this.#costs.values()].map(({ open: _, ...cost }) => cost);
    return { nodes, costs, spans: this.#longestSpans() };
  }

  #pop(point: number): Call {
    const { call, from, inner, resumed } = this.#stack.pop()!;
    const begin = this.#inRange(from);
    const statements = this.#inRange(point) - begin;
    const { node, cost } = call;
    close(cost, statements);
    if (resumed)
      for (let { caller } = node; caller; caller = caller.caller) if (caller.cost) close(caller.cost, statements);
    if (statements <= 0) return call;
    call.statements += statements;
    count(node, call, statements - inner);
    count(cost, call, statements - inner);
    const below = this.#stack.at(-1);
    if (below) below.inner += statements;
    if (statements > this.#shortest) {
      this.#keepSpan([this.#stack.length, cost.function, begin + 1, begin + statements]);
    }
    return call;
  }

  /** Counts from the last point before the range. */
  #inRange(point: number): number {
    return min(max(point, this.#from - 1), this.#to);
  }

  #child(parent: Node | undefined, number: number): Node {
    if (parent?.folded || parent?.lastNumber === number) return parent.folded ? parent : parent.lastChild!;
    const node = (parent ? parent.children : this.#roots)?.get(number) ?? this.#newChild(parent, number);
    if (parent) {
      parent.lastNumber = number;
      parent.lastChild = node;
    }
    return node;
  }

  #newChild(parent: Node | undefined, number: number): Node {
    if (!parent) {
      const root = this.#newNode(undefined, number);
      this.#roots.set(number, root);
      return root;
    }
    let node: Node | undefined = parent;
    while (node && node.function !== number) node = node.caller;
    if (!node && this.#nodes.length >= this.#mostPaths) return this.#foldedBelow(parent);
    node ??= this.#newNode(parent, number);
    parent.children ??= new Map();
    parent.children.set(number, node);
    return node;
  }

  /** Where the calls of a node are that would be paths too many: each node has one at most. */
  #foldedBelow(parent: Node): Node {
    parent.children ??= new Map();
    let node = parent.children.get(FOLDED);
    if (!node) {
      node = this.#newNode(parent, parent.function);
      node.cost = undefined;
      node.folded = true;
      parent.children.set(FOLDED, node);
    }
    return node;
  }

  #newNode(caller: Node | undefined, number: number): Node {
    const node: Node = {
      index: this.#nodes.length,
      parent: caller?.index ?? -1,
      caller,
      function: number,
      cost: this.#costOf(number),
      calls: 0,
      self: 0,
      first: 0,
      longest: { statements: 0, point: 0 },
      recursive: false,
      folded: false,
      children: undefined,
      lastNumber: FOLDED,
      lastChild: undefined,
    };
    this.#nodes.push(node);
    return node;
  }

  #costOf(number: number): Cost {
    let cost = this.#costs.get(number);
    if (!cost) {
      const longest = { statements: 0, point: 0 };
      cost = { function: number, calls: 0, self: 0, total: 0, first: 0, longest, open: 0 };
      this.#costs.set(number, cost);
    }
    return cost;
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

/** Counts a stretch that ended, of whose statements `own` were of the call itself. */
function count(one: Pick<CalledNode, 'self' | 'first' | 'longest'>, call: Call, own: number): void {
  one.self += own;
  if (one.first === 0) one.first = call.first;
  if (call.statements > one.longest.statements) {
    one.longest.statements = call.statements;
    one.longest.point = call.first;
  }
}

/** Of calls within calls of one function only the outermost counts in its total. */
function close(cost: Cost, statements: number): void {
  cost.open--;
  if (cost.open === 0) cost.total += max(statements, 0);
}
