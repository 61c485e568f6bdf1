import type { CharSet } from './charSet.ts';
import { PatternError, type PatternNode } from './parsePattern.ts';

/** A state of the Thompson automaton. Choices are in the order in which a backtracking engine tries them. */
export type State =
  | { kind: 'chars'; set: CharSet; next: number }
  | { kind: 'split'; next: number[]; loop: boolean }
  | { kind: 'assert'; what: 'start' | 'end' | 'boundary'; next: number }
  | { kind: 'look'; start: number; negative: boolean; next: number }
  | { kind: 'accept' };

export interface Automaton {
  states: State[];
  start: number;
}

const MAX_STATES = 3000;
/** Counted repeats up to this many copies are written out; longer ones are taken as endless. */
const MAX_COPIES = 24;

/** Builds the automaton of a pattern. @throws PatternError when it would be too large. */
export function buildAutomaton(pattern: PatternNode): Automaton {
  const states: State[] = [];
  const add = (state: State): number => {
    if (states.length >= MAX_STATES) throw new PatternError('pattern too large');
    states.push(state);
    return states.length - 1;
  };

  /** Builds backwards: gives the state from which `node` and then `next` match. */
  const build = (node: PatternNode, next: number): number => {
    switch (node.type) {
      case 'chars':
        return add({ kind: 'chars', set: node.set, next });
      case 'sequence':
        return node.items.reduceRight((after, item) => build(item, after), next);
      case 'choice':
        return add({ kind: 'split', next: node.items.map((item) => build(item, next)), loop: false });
      case 'start':
      case 'end':
      case 'boundary':
        return add({ kind: 'assert', what: node.type, next });
      case 'look': {
        if (node.behind) return next;
        const start = build(node.item, add({ kind: 'accept' }));
        return add({ kind: 'look', start, negative: node.negative, next });
      }
      case 'reference':
        return next;
      case 'repeat':
        return buildRepeat(node, next);
    }
  };

  const buildRepeat = (node: PatternNode & { type: 'repeat' }, next: number): number => {
    const min = Math.min(node.min, MAX_COPIES);
    const endless = node.max === Infinity || node.max > MAX_COPIES;
    let at = next;
    if (endless) {
      const loop = add({ kind: 'split', next: [], loop: true });
      const body = build(node.item, loop);
      (states[loop] as State & { kind: 'split' }).next = node.lazy ? [next, body] : [body, next];
      at = loop;
    } else {
      for (let copy = node.max; copy > min; copy--) {
        const body = build(node.item, at);
        at = add({ kind: 'split', next: node.lazy ? [next, body] : [body, next], loop: false });
      }
    }
    for (let copy = 0; copy < min; copy++) at = build(node.item, at);
    return at;
  };

  const accept = add({ kind: 'accept' });
  return { start: build(pattern, accept), states };
}
