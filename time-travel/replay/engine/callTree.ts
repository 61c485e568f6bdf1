import type { CalledFunction, CalledSpan, CalledTree, ProgramFunction } from '../agent/jobs.ts';
import type { ReplaySession } from './replaySession.ts';

/** Points of a recording, the last one included. */
export interface PointRange {
  from: number;
  to: number;
}

/**
 * A function that was called, by one path of callers; costs in statements, of all its calls in the range together. Calls
 * that go back to a function on the path belong to the node of that, so each statement is in one node only.
 */
export interface CallNode {
  function: ProgramFunction;
  calls: number;
  self: number;
  /** With what it called. */
  total: number;
  /** The first point in the range. */
  first: number;
  longest: { statements: number; point: number };
  /** Some of its calls came from what it called. */
  recursive: boolean;
  /** Not the function itself, but deeper calls of it: those that would be paths too many. */
  folded: boolean;
  /** The most expensive first. */
  children: CallNode[];
}

export interface CallTree {
  /** What nothing of the program called: files, and what turns of the event loop begin with. */
  roots: CallNode[];
  /** Every node, callers before what they call. */
  nodes: CallNode[];
  functions: ProgramFunction[];
  /** What each function cost that ran in the range, by all paths together; recursion counts once in its total. */
  costs: (Omit<CalledFunction, 'function'> & { function: ProgramFunction })[];
  /** The longest stretches in which a call ran. */
  spans: CalledSpan[];
  /** Statements in the range. */
  statements: number;
}

const known = new WeakMap<ReplaySession, Map<string, Promise<CallTree>>>();
const MOST_KEPT = 8;
/** A whole run of a compiler has some 70,000. */
const MOST_PATHS = 200_000;

/** What called what in a range, by one replay. Facts never change: the latest ranges are kept. */
export function callTree(session: ReplaySession, range: PointRange, mostPaths = MOST_PATHS): Promise<CallTree> {
  const trees = known.get(session) ?? new Map<string, Promise<CallTree>>();
  known.set(session, trees);
  const key = `${range.from}-${range.to}-${mostPaths}`;
  let asked = trees.get(key);
  if (!asked) {
    asked = findTree(session, range, mostPaths);
    trees.set(key, asked);
    asked.catch(() => trees.delete(key));
    if (trees.size > MOST_KEPT) trees.delete(trees.keys().next().value!);
  }
  return asked;
}

async function findTree(session: ReplaySession, { from, to }: PointRange, mostPaths: number): Promise<CallTree> {
  let told: CalledTree = { functions: [], nodes: [], costs: [], spans: [] };
  await session.run({ kind: 'calls', from, to, mostPaths }, (message) => {
    if (message.event === 'calls') told = message;
  });
  const functions = await Promise.all(told.functions.map((one) => asWritten(session, one)));
  const all = told.nodes.map(
    ({ function: number, ...node }): CallNode => ({
      ...node,
      function: functions[number]!,
      total: node.self,
      children: [],
    }),
  );
  // What is called comes behind its caller.
  for (let index = all.length - 1; index >= 0; index--) {
    const parent = all[told.nodes[index]!.parent];
    if (parent) parent.total += all[index]!.total;
  }
  const roots: CallNode[] = [];
  const nodes = all.filter((node, index) => {
    if (node.total === 0 && node.calls === 0) return false;
    const parent = all[told.nodes[index]!.parent];
    (parent?.children ?? roots).push(node);
    return true;
  });
  for (const { children } of [{ children: roots }, ...nodes]) children.sort((a, b) => b.total - a.total);
  const statements = roots.reduce((sum, { total }) => sum + total, 0);
  const costs = told.costs
    .filter(({ calls, total }) => calls > 0 || total > 0)
    .map((cost) => ({ ...cost, function: functions[cost.function]! }));
  return { roots, nodes, functions, costs, spans: told.spans, statements };
}

/** Where its author wrote it, when a source map tells. */
async function asWritten(session: ReplaySession, one: ProgramFunction): Promise<ProgramFunction> {
  const original = await session.sourceMaps.originalOf(one);
  return original ? { ...one, original, name: await session.names.functionName(one) } : one;
}

/** A function as answers give it; lines and columns from 1. */
export interface ShownFunction {
  name: string;
  file: string;
  line: number;
  column: number;
}

export function shownFunction(called: ProgramFunction): ShownFunction {
  const { path, line, column } = called.original ?? called;
  return { name: functionName(called), file: path, line: line + 1, column: column + 1 };
}

/** What people call a function: its name, or where it is. */
export function functionName({ name, isFile }: ProgramFunction): string {
  return isFile ? '(file)' : (name ?? '(anonymous)');
}
