import type { ts } from '../syntax/typescript.ts';
import type { KindSet, SourceKind } from './kinds.ts';

/** Where a value has been on its way: a list from the newest step to the source. */
export interface Step {
  node: ts.Node;
  note: string;
  previous: Step | undefined;
  /** Number of steps up to here; long ways are cut, not copied for ever. */
  length: number;
}

/** A place outside the program's control, e.g. `req.query.id`. */
export interface SourceOrigin {
  kind: 'source';
  source: SourceKind;
  /** Source text, for messages. */
  text: string;
  /** Equal for two reads of the same access path in one function. */
  key: string;
}

/** A parameter of a function under analysis: what it holds is known only at the call. */
export interface ParameterOrigin {
  kind: 'parameter';
  /** Identifies the function; the engine's own record. */
  owner: object;
  /** Position, or -1 for `this`. */
  index: number;
  /** Property names below the parameter, at most three; `*` stands for any. */
  path: readonly string[];
  key: string;
}

export type Origin = SourceOrigin | ParameterOrigin;

export interface Taint {
  origin: Origin;
  step: Step;
  /** Kinds of sink for which this value is harmless by now. */
  cleared: KindSet;
  /** Facts gathered on the way that decide between sinks. */
  marks: number;
}

/** Facts in `Taint.marks`. */
export const mark = {
  /** Joined to a folder or other text in front: the value no longer decides the start. */
  prefixed: 1,
  /** The value is a key enumerated from an object (`for in`, `Object.keys`) or a piece of a split path. */
  enumeratedKey: 2,
  /** Went through a call whose code is not known. */
  guessed: 4,
  /** Normalised to an absolute path, so that a prefix test means something. */
  resolved: 8,
  /** Read from the prototype chain with an untrusted key: `target[key]`. */
  dynamicRead: 16,
  /** Definitely text by now. */
  text: 32,
} as const;

const MAX_STEPS = 24;
const MAX_TAINTS = 10;

export const noTaints: readonly Taint[] = [];

export function addStep(taint: Taint, node: ts.Node, note: string): Taint {
  if (taint.step.node === node || taint.step.length >= MAX_STEPS) return taint;
  return { ...taint, step: { node, note, previous: taint.step, length: taint.step.length + 1 } };
}

export function addSteps(taints: readonly Taint[], node: ts.Node, note: string): readonly Taint[] {
  return taints.length === 0 ? taints : taints.map((taint) => addStep(taint, node, note));
}

/** The union; where both sides know an origin, only what both have cleared stays cleared. */
export function joinTaints(left: readonly Taint[], right: readonly Taint[]): readonly Taint[] {
  if (left === right || right.length === 0) return left;
  if (left.length === 0) return right;
  let joined: Taint[] | undefined;
  for (const taint of right) {
    const list: readonly Taint[] = joined ?? left;
    const index = list.findIndex((other) => other.origin.key === taint.origin.key);
    const known = list[index];
    if (!known) {
      if (list.length < MAX_TAINTS) joined = [...list, taint];
    } else if ((known.cleared & taint.cleared) !== known.cleared || (known.marks | taint.marks) !== known.marks) {
      joined = [...list];
      joined[index] = { ...known, cleared: known.cleared & taint.cleared, marks: known.marks | taint.marks };
    }
  }
  return joined ?? left;
}

export function clear(taints: readonly Taint[], kinds: KindSet): readonly Taint[] {
  if (kinds === 0 || taints.length === 0) return taints;
  return taints.map((taint) =>
    (taint.cleared & kinds) === kinds ? taint : { ...taint, cleared: taint.cleared | kinds },
  );
}

/** Takes back what `clear` granted. */
export function unclear(taints: readonly Taint[], kinds: KindSet): readonly Taint[] {
  if (taints.every((taint) => (taint.cleared & kinds) === 0)) return taints;
  return taints.map((taint) => ({ ...taint, cleared: taint.cleared & ~kinds }));
}

export function addMarks(taints: readonly Taint[], marks: number): readonly Taint[] {
  if (taints.length === 0) return taints;
  return taints.map((taint) => ((taint.marks & marks) === marks ? taint : { ...taint, marks: taint.marks | marks }));
}

/** The steps from the source to the newest. */
export function stepsOf(step: Step): Step[] {
  const steps: Step[] = [];
  for (let at: Step | undefined = step; at; at = at.previous) steps.push(at);
  return steps.reverse();
}
