import type { Agent } from './agent.ts';
import { beforeEnd } from './beforeEnd.ts';
import { type AsyncLibrary, followAsync } from './followAsync.ts';
import type { Origins } from './jobs.ts';
import { type Called, isWait, labelOf, type OriginLabel, promiseLabel } from './originLabels.ts';
import { stackSites } from './programStack.ts';

/** Work that was registered to be done later. */
interface Registered {
  /** The program's statement that did it; of what Node's own library registered, that of whom it did it for. */
  point: number;
  /** How many of the program's calls were on the stack; -1: too many to count. */
  depth: number;
  label: OriginLabel;
  from: Registered | undefined;
  /** Registrations before it. */
  length: number;
  /** Given when it is told. */
  number?: number;
}

/** What runs: native code, or Node's library, has begun it. */
interface Task {
  why: Registered | undefined;
  /** The point before its first statement. */
  at: number;
  /** The program is on the stack below it. */
  inside: boolean;
}

const BATCH = 5000;
/** Calls on a stack that are looked at. */
const NEAREST = 200;
/** A chain that grows for ever (a timer that sets the next one) is cut to between one and two times this. */
const LONGEST_CHAIN = 64;

/** Replays everything and reports for each stretch of statements which earlier statement registered it to run. */
export function collectOrigins(agent: Agent): void {
  const { points } = agent;
  const stack: Task[] = [];
  const told = new OriginsTeller((message) => agent.channel.send(message));
  const present = () => stack.findLast(({ inside }) => !inside)?.why;
  const note = () => told.task(points.now + 1, present());
  const push = (why: Registered | undefined): void => {
    const last = stack.at(-1);
    const at = points.now;
    const inside = last ? last.inside || (at > last.at && isInProgram(agent)) : at > 0 && isInProgram(agent);
    stack.push({ why, at, inside });
    if (!inside) note();
  };
  const pop = (length: number): void => {
    if (stack.length <= length) return;
    stack.length = length;
    note();
  };
  const register = (label: (called: Called | undefined) => OriginLabel): Registered | undefined => {
    const why = present();
    // Nothing of the program has run in this task: it is not on the stack.
    const last = stack.at(-1);
    const idle = last !== undefined && !last.inside && last.at === points.now;
    const { depth, called } = idle ? NOBODY : points.outsideTime(() => caller(agent));
    const named = label(called);
    if (depth !== 0) {
      // A call that waits again and again, in a loop: who called it is known from the first time.
      const from = depth === 1 && isWait(named) && why?.depth === 1 && isWait(why.label) ? why.from : why;
      return { point: points.now, depth, label: named, from, length: shortened(from) + 1 };
    }
    // Node's own library goes on with what the program once asked it for.
    if (!why) return undefined;
    return { ...why, label: named.vague || isWait(named) ? why.label : named, number: undefined };
  };

  agent.boundary.onOrigins({
    capture: (type) => register((called) => labelOf(type, undefined, called)),
    within(origin, work) {
      const { length } = stack;
      push(origin as Registered | undefined);
      try {
        work();
      } finally {
        pop(length);
      }
    },
  });
  agent.boundary.onCrossing({
    call() {},
    event() {},
    // What an uncaught error has left.
    turn: () => pop(0),
  });
  const known = new WeakMap<object, Registered | undefined>();
  const { executionAsyncResource } = agent.require('internal/async_hooks') as AsyncLibrary;
  followAsync(agent.require, {
    init: (type, resource) =>
      void known.set(
        resource,
        register((called) => labelOf(type, resource, called)),
      ),
    waits: (promise) => void known.set(promise, register(promiseLabel)),
    before: (promise) => {
      const resource = promise ?? executionAsyncResource();
      push(known.has(resource) ? known.get(resource) : present());
    },
    after: () => pop(Math.max(0, stack.length - 1)),
  });
  beforeEnd(agent, () => told.flush());
}

/** Keeps a chain from growing for ever. Gives its length. */
function shortened(chain: Registered | undefined): number {
  if (!chain) return 0;
  if (chain.length < 2 * LONGEST_CHAIN) return chain.length;
  let last = chain;
  for (let left = LONGEST_CHAIN; left > 1 && last.from; left--) last = last.from;
  last.from = undefined;
  chain.length = LONGEST_CHAIN;
  return chain.length;
}

const NOBODY = { depth: 0, called: undefined };

/** How many of the program's calls are on the stack, and what the innermost one called, if anything. */
function caller(agent: Agent): { depth: number; called?: Called } {
  const sites = stackSites(NEAREST);
  let depth = 0;
  let above: NodeJS.CallSite | undefined;
  for (const site of sites) {
    if (agent.scripts.find(site.getFileName())) depth++;
    else if (depth === 0) above = site;
  }
  const name = above?.getMethodName() ?? above?.getFunctionName();
  // V8's own functions have no file.
  const called = name ? { name, byNode: Boolean(above?.getFileName()) } : undefined;
  return { depth: depth > 0 && sites.length >= NEAREST ? -1 : depth, called };
}

const isInProgram = (agent: Agent): boolean => agent.points.outsideTime(() => caller(agent).depth !== 0);

/** Tells only what the program ran because of, in batches. */
class OriginsTeller {
  readonly #send: (message: { event: 'origins' } & Origins) => void;
  #registrations: Origins['registrations'] = [];
  #tasks: Origins['tasks'] = [];
  #next = 0;
  /** Nothing of the program has run in it yet. */
  #last: { start: number; why: Registered | undefined } | undefined;
  #lastWhy: Registered | undefined;

  constructor(send: (message: { event: 'origins' } & Origins) => void) {
    this.#send = send;
  }

  task(start: number, why: Registered | undefined): void {
    if (this.#last && this.#last.start < start) this.#keep(this.#last);
    this.#last = { start, why };
  }

  flush(): void {
    if (this.#last) this.#keep(this.#last);
    this.#last = undefined;
    this.#sendKept();
  }

  #keep({ start, why }: { start: number; why: Registered | undefined }): void {
    if (why === this.#lastWhy) return;
    this.#lastWhy = why;
    this.#tasks.push([start, this.#number(why)]);
    if (this.#tasks.length + this.#registrations.length >= BATCH) this.#sendKept();
  }

  #number(why: Registered | undefined): number {
    if (!why) return -1;
    if (why.number === undefined) {
      const { point, depth, label, from } = why;
      const before = this.#number(from);
      this.#registrations.push([point, depth, label.text, before]);
      why.number = this.#next++;
    }
    return why.number;
  }

  #sendKept(): void {
    if (!this.#tasks.length) return;
    this.#send({ event: 'origins', registrations: this.#registrations, tasks: this.#tasks });
    this.#registrations = [];
    this.#tasks = [];
  }
}
