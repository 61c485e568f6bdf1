import type { MomentFacts, Moments } from './moments.ts';

export type StepKind = 'in' | 'over' | 'out';
/** 1 into the future, -1 into the past. */
export type Direction = 1 | -1;

/** Windows grow: nearly every step ends within the first. */
const WINDOWS = [48, 1024, 8000];

/** Finds the end of a step however far it is, by a whole replay; undefined where none is found. */
export type FarSearch = (kind: 'over' | 'out', suspends: boolean) => Promise<number | undefined>;

/**
 * The point at which a step ends. A step over stays in the call (or leaves it at its end), a step out ends in the
 * caller; backwards the same holds mirrored. Where no such point exists the first or last point is given.
 */
export async function stepTarget(
  moments: Moments,
  from: number,
  kind: StepKind,
  direction: Direction,
  last: number,
  far: FarSearch,
): Promise<number> {
  const edge = direction === 1 ? last : 1;
  if (from === edge) return edge;
  if (kind === 'in') return from + direction;
  const near = await nearTarget(moments, from, kind, direction, edge);
  if (typeof near === 'number') return near;
  const found = near === 'none' ? undefined : await far(kind, near === 'suspends');
  return Math.min(last, Math.max(1, found ?? edge));
}

/**
 * The same, only looked for in the next moments: `none` where the recording ends before the step does, `unclear` where
 * these do not tell, `suspends` where the statement may leave its call, which goes on in another turn.
 */
export async function nearTarget(
  moments: Moments,
  from: number,
  kind: 'over' | 'out',
  direction: Direction,
  edge: number,
): Promise<number | 'none' | 'unclear' | 'suspends'> {
  // What the step is compared with, and the first moments that it looks at: one question.
  if (!moments.known(from)) await loadOnwards(moments, from, direction, from, edge);
  const start = await moments.at(from);
  if (direction === 1 && kind === 'over' && start.suspends) return 'suspends';
  return find(moments, from, direction, edge, direction === 1 ? forwards(start, kind) : backwards(start, kind));
}

/**
 * Looks at one moment after the other; true where the step ends, `unclear` where what is on top of the stack does not
 * tell whose call it is.
 */
type Search = (facts: MomentFacts, previous: MomentFacts) => boolean | 'unclear';

/**
 * The calls on the stack at the start end one after the other. Each first statement of a call at or above their depth
 * tells that those from that depth on have ended; when all have, the next turn of the event loop has begun.
 */
function forwards(start: MomentFacts, kind: StepKind): Search {
  let limit = kind === 'out' ? start.depth - 1 : start.depth;
  return (facts) => {
    if (limit < 1) return facts.depth === 1 && facts.entry;
    if (facts.depth > limit) return false;
    if (!facts.entry) return true;
    limit = facts.depth - 1;
    return limit < 1;
  };
}

/** Before the first statement of a call stands its caller. */
function backwards(start: MomentFacts, kind: StepKind): Search {
  const limit = kind === 'out' || start.entry ? start.depth - 1 : start.depth;
  // The outermost call has no caller: what ran before it is the turn before.
  if (limit < 1) return (_facts, previous) => previous.depth === 1 && previous.entry;
  return (facts) => {
    if (facts.depth > limit) return false;
    // Within a call only its own statements have its depth, unless it was left and resumed.
    if (kind === 'out' || start.entry) return true;
    return sameFunction(facts, start) && (!start.resumed || goesOn(facts, start)) ? true : 'unclear';
  };
}

function sameFunction(a: MomentFacts, b: MomentFacts): boolean {
  return a.script === b.script && a.owner === b.owner;
}

/** Nearly certain that both belong to one call that was not left between them. */
function goesOn(earlier: MomentFacts, later: MomentFacts): boolean {
  if (earlier.suspends) return false;
  return earlier.line < later.line || (earlier.line === later.line && earlier.column < later.column);
}

/** Loads up to a point; where it is near, some more, which the next step will ask for. */
function loadOnwards(moments: Moments, known: number, direction: Direction, until: number, edge: number) {
  const far = known + direction * WINDOWS[0]!;
  const to = direction === 1 ? Math.min(Math.max(until, far), edge) : Math.max(Math.min(until, far), edge);
  return moments.load(Math.min(known, to), Math.max(known, to));
}

/** Gives `none` where the recording ends before the step does. */
async function find(
  moments: Moments,
  from: number,
  direction: Direction,
  edge: number,
  ends: Search,
): Promise<number | 'none' | 'unclear'> {
  let searched = from;
  for (const size of WINDOWS) {
    const until = direction === 1 ? Math.min(from + size, edge) : Math.max(from - size, edge);
    for (let point = searched + direction; direction === 1 ? point <= until : point >= until; point += direction) {
      // Earlier steps have left moments here, among which this one may end.
      if (!moments.known(point)) await loadOnwards(moments, point - direction, direction, until, edge);
      const facts = moments.known(point);
      const previous = moments.known(point - direction);
      const answer = facts && previous && ends(facts, previous);
      if (answer === 'unclear') return 'unclear';
      if (answer) return point;
    }
    searched = until;
    if (until === edge) return 'none';
  }
  return 'unclear';
}
