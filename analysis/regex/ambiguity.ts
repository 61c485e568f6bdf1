import type { Positions } from './positions.ts';

/** A text that makes a backtracking engine try many ways: `prefix + pump * n + suffix`. */
export interface Attack {
  degree: 'exponential' | 'polynomial';
  prefix: string;
  pump: string;
}

const BUDGET = 400_000;

/**
 * Exponential: some position can be left and reached again in two ways with the same text (Weideman et al., "Analyzing
 * matching time behavior of backtracking regular expression matchers", CIAA 2016, condition EDA).
 * Polynomial: two loops, one after the other, that take the same text (condition IDA).
 */
export function findAttacks(positions: Positions): Attack[] {
  const components = componentsOf(positions);
  const exponential = findExponential(positions, components);
  return exponential.length > 0 ? exponential : findPolynomial(positions, components);
}

/** Number of each position's strongly connected component; -1 where it lies on no cycle. */
function componentsOf({ follow }: Positions): number[] {
  const count = follow.length;
  const reach = follow.map((_, from) => {
    const seen = new Uint8Array(count);
    const stack = [from];
    while (stack.length > 0) {
      for (const edge of follow[stack.pop()!]!) {
        if (seen[edge.to]) continue;
        seen[edge.to] = 1;
        stack.push(edge.to);
      }
    }
    return seen;
  });
  const component = new Array<number>(count).fill(-1);
  for (let index = 0; index < count; index++) {
    if (!reach[index]![index] || component[index] !== -1) continue;
    for (let other = index; other < count; other++)
      if (reach[index]![other] && reach[other]![index]) component[other] = index;
  }
  return component;
}

function findExponential(positions: Positions, components: readonly number[]): Attack[] {
  const { follow } = positions;
  const attacks: Attack[] = [];
  const tried = new Set<number>();
  for (let state = 0; state < follow.length && attacks.length < 4; state++) {
    const component = components[state]!;
    if (component < 0 || tried.has(component)) continue;
    const pump = ambiguousLoop(positions, components, state);
    if (pump === undefined) continue;
    tried.add(component);
    const prefix = wayTo(positions, state);
    if (prefix !== undefined) attacks.push({ degree: 'exponential', prefix, pump });
  }
  return attacks;
}

/** A text that leads from `state` to itself in two different ways, or undefined. */
function ambiguousLoop(positions: Positions, components: readonly number[], state: number): string | undefined {
  const { follow } = positions;
  const count = follow.length;
  const component = components[state];
  const inside = (position: number): boolean => components[position] === component;
  // Nodes are (left, right, whether the two ways have differed yet).
  const start = (state * count + state) * 2;
  const from = new Map<number, { node: number; atom: number }>();
  const queue = [start];
  let budget = BUDGET / 4;
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head]!;
    const differed = node & 1;
    const pair = node >> 1;
    const left = Math.floor(pair / count);
    const right = pair % count;
    for (const one of follow[left]!) {
      if (!inside(one.to)) continue;
      for (const two of follow[right]!) {
        if (!inside(two.to) || --budget < 0) continue;
        const atom = common(positions, one.to, two.to);
        if (atom < 0) continue;
        const different =
          differed || one.to !== two.to || (left === right && one.to === two.to && one.ways > 1) ? 1 : 0;
        const next = (one.to * count + two.to) * 2 + different;
        if (different && one.to === state && two.to === state)
          return textOf(positions, from, node, start) + positions.atoms[atom];
        if (next === start || from.has(next)) continue;
        from.set(next, { node, atom });
        queue.push(next);
      }
    }
  }
  return undefined;
}

function textOf(
  positions: Positions,
  from: ReadonlyMap<number, { node: number; atom: number }>,
  end: number,
  start: number,
): string {
  let text = '';
  for (let at = end; at !== start; ) {
    const step = from.get(at);
    if (!step) break;
    text = positions.atoms[step.atom] + text;
    at = step.node;
  }
  return text;
}

function findPolynomial(positions: Positions, components: readonly number[]): Attack[] {
  const { follow } = positions;
  const attacks: Attack[] = [];
  const looping = follow.flatMap((_, index) => (components[index]! >= 0 ? [index] : []));
  let budget = BUDGET;
  for (const p of looping) {
    for (const q of looping) {
      if (p === q || components[p] === components[q] || attacks.length >= 8) continue;
      if (common(positions, p, q) < 0 || !leadsTo(positions, p, q)) continue;
      const found = threeWays(positions, p, q, () => --budget);
      if (budget < 0) return attacks;
      const prefix = found === undefined ? undefined : wayTo(positions, p);
      if (found !== undefined && prefix !== undefined) attacks.push({ degree: 'polynomial', prefix, pump: found });
    }
  }
  return attacks;
}

/** A text w with p -w-> p, p -w-> q, q -w-> q. */
function threeWays(positions: Positions, p: number, q: number, spend: () => number): string | undefined {
  const { follow } = positions;
  const count = follow.length;
  const code = (a: number, b: number, c: number): number => (a * count + b) * count + c;
  const start = code(p, p, q);
  const goal = code(p, q, q);
  const from = new Map<number, { node: number; atom: number }>();
  const queue: [number, number, number][] = [[p, p, q]];
  for (let head = 0; head < queue.length && head < 4000; head++) {
    const [a, b, c] = queue[head]!;
    for (const x of follow[a]!) {
      for (const y of follow[b]!) {
        for (const z of follow[c]!) {
          if (spend() < 0) return undefined;
          const atom = commonOfThree(positions, x.to, y.to, z.to);
          if (atom < 0) continue;
          const next = code(x.to, y.to, z.to);
          if (next === goal) return textOf(positions, from, code(a, b, c), start) + positions.atoms[atom];
          if (next === start || from.has(next)) continue;
          from.set(next, { node: code(a, b, c), atom });
          queue.push([x.to, y.to, z.to]);
        }
      }
    }
  }
  return undefined;
}

function leadsTo(positions: Positions, from: number, to: number): boolean {
  const seen = new Set([from]);
  const stack = [from];
  while (stack.length > 0) {
    const at = stack.pop()!;
    if (at === to) return true;
    for (const edge of positions.follow[at]!) {
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      stack.push(edge.to);
    }
  }
  return false;
}

/** A shortest text that leads from the start to just after `state` was taken. */
function wayTo(positions: Positions, state: number): string | undefined {
  if (state === positions.skip) return '';
  const from = new Map<number, { node: number; atom: number }>();
  const queue: number[] = [];
  const enter = (node: number, to: number): void => {
    const atom = positions.accepts[to]!.indexOf(1);
    if (atom < 0 || from.has(to)) return;
    from.set(to, { node, atom });
    queue.push(to);
  };
  for (const edge of positions.first) enter(-1, edge.to);
  for (let head = 0; head < queue.length; head++) {
    if (queue[head] === state) break;
    for (const edge of positions.follow[queue[head]!]!) enter(queue[head]!, edge.to);
  }
  if (!from.has(state)) return undefined;
  let text = '';
  for (let at = state; at >= 0; ) {
    const step = from.get(at)!;
    text = positions.atoms[step.atom] + text;
    at = step.node;
  }
  return text;
}

function common(positions: Positions, left: number, right: number): number {
  const one = positions.accepts[left]!;
  const two = positions.accepts[right]!;
  for (let atom = 0; atom < one.length; atom++) if (one[atom] && two[atom]) return atom;
  return -1;
}

function commonOfThree(positions: Positions, a: number, b: number, c: number): number {
  const [one, two, three] = [positions.accepts[a]!, positions.accepts[b]!, positions.accepts[c]!];
  for (let atom = 0; atom < one.length; atom++) if (one[atom] && two[atom] && three[atom]) return atom;
  return -1;
}
