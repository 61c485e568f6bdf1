import { type CallNode, type CallTree, type PointRange, type ShownFunction, shownFunction } from './callTree.ts';
import type { Profile } from './profile.ts';

/** Costs as every face tells them: points as texts, times in milliseconds, costs in statements. */
interface ShownCost extends ShownFunction {
  calls: number;
  /** The first point in the range, and the call with the most statements. */
  first: string;
  longest: { statements: number; point: string };
}

export interface ShownNode extends ShownCost {
  id: number;
  /** Absent for what nothing of the program called. */
  parent?: number;
  self: number;
  /** With what it called, but without calls back to one of its callers: they count there. */
  total: number;
  /** Some of its calls came from what it called. */
  recursive?: true;
  /** Not a function: deeper calls of its parent, which would be paths too many. It has the parent's place. */
  folded?: true;
}

export interface CallsAnswer {
  from: string;
  to: string;
  statements: number;
  /** Depth first, the most expensive of each caller first. */
  nodes: ShownNode[];
  /** Calls that have no path of their own, because there were too many. */
  folded?: number;
}

export interface ProfileAnswer {
  from: string;
  to: string;
  statements: number;
  /** Processor time of the program's functions, as sampled while the range was replayed. */
  ms: number;
  /** Processor time of Node with no function of the program on the stack. */
  outsideMs: number;
  samples: number;
  /** The most expensive first. */
  functions: (ShownCost & { selfMs: number; totalMs: number; self: number; total: number })[];
}

/** Of a line that is many functions together. */
const FOLDED_NAME = '(deeper calls, folded)';

export function callsAnswer(tree: CallTree, range: PointRange): CallsAnswer {
  const nodes: ShownNode[] = [];
  const pending: { node: CallNode; parent?: number }[] = tree.roots.map((node) => ({ node })).reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, parent } = next;
    const id = nodes.length;
    const { self, total, recursive, folded } = node;
    nodes.push({
      id,
      ...(parent !== undefined && { parent }),
      ...shownCost(node),
      ...(folded && { name: FOLDED_NAME }),
      self,
      total,
      ...(recursive && { recursive }),
      ...(folded && { folded }),
    });
    for (const child of node.children.toReversed()) pending.push({ node: child, parent: id });
  }
  const { statements } = tree;
  const folded = nodes.reduce((sum, node) => sum + (node.folded ? node.calls : 0), 0);
  return { ...shownRange(range), statements, nodes, ...(folded > 0 && { folded }) };
}

export function profileAnswer(found: Profile, range: PointRange): ProfileAnswer {
  const functions = found.functions.map((cost) => ({
    ...shownCost(cost),
    selfMs: rounded(cost.selfMs),
    totalMs: rounded(cost.totalMs),
    self: cost.selfStatements,
    total: cost.totalStatements,
  }));
  return {
    ...shownRange(range),
    statements: found.tree.statements,
    ms: rounded(found.milliseconds),
    outsideMs: rounded(found.outsideMs),
    samples: found.samples,
    functions,
  };
}

function shownCost({
  function: called,
  calls,
  first,
  longest,
}: Pick<CallNode, 'function' | 'calls' | 'first' | 'longest'>): ShownCost {
  const { statements, point } = longest;
  return { ...shownFunction(called), calls, first: String(first), longest: { statements, point: String(point) } };
}

const shownRange = ({ from, to }: PointRange) => ({ from: String(from), to: String(to) });

const rounded = (milliseconds: number) => Math.round(milliseconds * 1000) / 1000;
