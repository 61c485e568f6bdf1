import type { Automaton } from './automaton.ts';
import { type CharSet, contains, MAX_UNIT } from './charSet.ts';

/** A way from one consuming state to another over empty moves. */
export interface Edge {
  to: number;
  /** Number of different empty ways, at most 2: two ways mean that the engine has a choice. */
  ways: number;
}

/** The automaton without empty moves: its positions are the states that consume a character. */
export interface Positions {
  /** Atom numbers each position accepts: a row of zeros and ones. */
  accepts: Uint8Array[];
  follow: Edge[][];
  /** A character of each atom. Characters of one atom are accepted by the same positions. */
  atoms: string[];
  /** Edges from the pattern's start. */
  first: Edge[];
  /** Positions after which the pattern may be done. */
  last: Set<number>;
  /**
   * Where the pattern may begin anywhere, a position of its own stands for the characters skipped before it: the engine
   * tries every start in turn. -1 for an anchored pattern.
   */
  skip: number;
}

const MAX_POSITIONS = 300;

/** Undefined when the pattern is too large to analyse. */
export function positionsOf(automaton: Automaton): Positions | undefined {
  const { states } = automaton;
  const numbers = new Map<number, number>();
  states.forEach((state, index) => {
    if (state.kind === 'chars') numbers.set(index, numbers.size);
  });
  if (numbers.size === 0 || numbers.size > MAX_POSITIONS) return undefined;
  const sets = states.flatMap((state) => (state.kind === 'chars' ? [state.set] : []));
  const atoms = atomsOf(sets);
  const accepts = sets.map((set) => Uint8Array.from(atoms, (atom) => (contains(set, atom.charCodeAt(0)) ? 1 : 0)));
  const last = new Set<number>();
  let steps = 0;

  const reach = (from: number, owner: number | undefined): Edge[] => {
    const ways = new Map<number, number>();
    // A loop inside a loop is passed twice on one way: `(a*)*` goes on inside, or outside and in again.
    const onWay = new Map<number, number>();
    const visit = (index: number): void => {
      const passes = onWay.get(index) ?? 0;
      if (passes > 1 || ++steps > 200_000) return;
      const state = states[index]!;
      if (state.kind === 'chars') {
        const position = numbers.get(index)!;
        ways.set(position, Math.min(2, (ways.get(position) ?? 0) + 1));
        return;
      }
      if (state.kind === 'accept') {
        if (owner !== undefined) last.add(owner);
        return;
      }
      onWay.set(index, passes + 1);
      for (const next of state.kind === 'split' ? state.next : [state.next]) visit(next);
      onWay.set(index, passes);
    };
    visit(from);
    return [...ways].map(([to, count]) => ({ to, ways: count }));
  };

  const follow = states.flatMap((state, index) =>
    state.kind === 'chars' ? [reach(state.next, numbers.get(index))] : [],
  );
  const first = reach(automaton.start, undefined);
  if (steps > 200_000) return undefined;
  if (startsAnchored(automaton)) return { accepts, follow, atoms, first, last, skip: -1 };
  const skip = follow.length;
  accepts.push(new Uint8Array(atoms.length).fill(1));
  const begin = [{ to: skip, ways: 1 }, ...first];
  return { accepts, follow: [...follow, begin], atoms, first: begin, last, skip };
}

function startsAnchored({ states, start }: Automaton): boolean {
  const seen = new Set<number>();
  const check = (index: number): boolean => {
    if (seen.has(index)) return true;
    seen.add(index);
    const state = states[index]!;
    if (state.kind === 'assert') return state.what === 'start' || check(state.next);
    if (state.kind === 'split') return state.next.every(check);
    return state.kind === 'look' ? check(state.next) : false;
  };
  return check(start);
}

/** One character for every class of characters that no set tells apart; readable ones are preferred. */
function atomsOf(sets: readonly CharSet[]): string[] {
  const bounds = new Set<number>([0]);
  for (const set of sets) {
    for (const [low, high] of set) {
      bounds.add(low);
      if (high < MAX_UNIT) bounds.add(high + 1);
    }
  }
  const sorted = [...bounds].sort((left, right) => left - right);
  const chosen = new Map<string, number>();
  sorted.forEach((low, index) => {
    const high = (sorted[index + 1] ?? MAX_UNIT + 1) - 1;
    const signature = sets.map((set) => (contains(set, low) ? '1' : '0')).join('');
    const unit = readable(low, high);
    const known = chosen.get(signature);
    if (known === undefined || rank(unit) < rank(known)) chosen.set(signature, unit);
  });
  return [...chosen.values()].map((unit) => String.fromCharCode(unit));
}

function readable(low: number, high: number): number {
  for (const [from, to] of [
    [97, 122],
    [48, 57],
    [65, 90],
    [32, 126],
  ] as const) {
    if (Math.max(low, from) <= Math.min(high, to)) return Math.max(low, from);
  }
  return low;
}

function rank(unit: number): number {
  if (unit >= 97 && unit <= 122) return 0;
  return unit >= 32 && unit <= 126 ? 1 : 2;
}
