import type { StateChange } from '../../protocol/sandboxState.ts';
import type { StateDocument, StateNode, StatePath, StateValue } from '../../protocol/stateDocument.ts';
import { extractRoots } from './splitDocument.ts';

/** As many steps as a path may have. */
const DEEPEST = 200;

/**
 * What is different in `to`, path by path: a container of another kind is one change, everything else is followed down to its
 * values. Maps are compared by key where keys are simple values, sets by position, circles once.
 */
export function diffState(from: StateDocument, to: StateDocument): StateChange[] {
  const changes: StateChange[] = [];
  const isSameWhole = (before: StateValue, after: StateValue) => wholeText(from, before) === wholeText(to, after);
  const seen = new Set<string>();
  const compare = (path: StatePath, before: StateValue | undefined, after: StateValue | undefined): void => {
    if (before === undefined || after === undefined) {
      const kind = before === undefined ? 'added' : 'removed';
      changes.push({ path, kind, ...sides(before, after, from, to) });
      return;
    }
    const [old, next] = [nodeOf(from, before), nodeOf(to, after)];
    if (!old || !next || !sameKind(old, next)) {
      const isSame = !old && !next && JSON.stringify(before) === JSON.stringify(after);
      if (!isSame) changes.push({ path, kind: 'changed', ...sides(before, after, from, to) });
      return;
    }
    const pair = `${refOf(before)}:${refOf(after)}`;
    if (seen.has(pair)) return;
    seen.add(pair);
    if (isLeaf(old)) {
      if (JSON.stringify(old) !== JSON.stringify(next))
        changes.push({ path, kind: 'changed', ...sides(before, after, from, to) });
      return;
    }
    // A path that is longer cannot be named in the protocol; what lies below is compared as a whole.
    if (path.length >= DEEPEST) {
      if (!isSameWhole(before, after)) changes.push({ path, kind: 'changed', ...sides(before, after, from, to) });
      return;
    }
    const [olds, nexts] = [children(old), children(next)];
    for (const [step, value] of olds) compare([...path, step], value, nexts.get(step));
    for (const [step, value] of nexts) if (!olds.has(step)) compare([...path, step], undefined, value);
  };
  for (const name of new Set([...Object.keys(from.roots), ...Object.keys(to.roots)])) {
    compare([name], own(from.roots, name), own(to.roots, name));
  }
  return changes;
}

function wholeText(document: StateDocument, value: StateValue): string {
  return JSON.stringify(extractRoots(document, [['v', value]]));
}

/** What a person is shown of a value: itself when it is simple, else a word on what it is. */
function sides(
  before: StateValue | undefined,
  after: StateValue | undefined,
  from: StateDocument,
  to: StateDocument,
): Pick<StateChange, 'before' | 'after'> {
  const shown = (value: StateValue, document: StateDocument): StateValue => {
    const node = nodeOf(document, value);
    return node ? { opaque: describeNode(node) } : value;
  };
  return {
    ...(before !== undefined && { before: shown(before, from) }),
    ...(after !== undefined && { after: shown(after, to) }),
  };
}

function describeNode(node: StateNode): string {
  if (node.type === 'array') return `array of ${node.items.length}`;
  if (node.type === 'set') return `set of ${node.items.length}`;
  if (node.type === 'map') return `map of ${node.entries.length}`;
  if (node.type === 'object') return `${node.className ?? 'object'} of ${node.entries.length}`;
  if (node.type === 'date') return node.time === null ? 'invalid date' : new Date(node.time).toISOString();
  if (node.type === 'regexp') return `/${node.source}/${node.flags}`;
  if (node.type === 'error') return `${node.name}: ${node.message}`;
  return `${node.className} of ${Math.floor((node.base64.length * 3) / 4)} bytes`;
}

function nodeOf({ heap }: StateDocument, value: StateValue): StateNode | undefined {
  const ref = refOf(value);
  return ref === undefined ? undefined : heap[ref];
}

function refOf(value: StateValue): number | undefined {
  return typeof value === 'object' && value !== null && 'ref' in value ? value.ref : undefined;
}

function sameKind(a: StateNode, b: StateNode): boolean {
  return a.type === b.type && (a.type !== 'object' || b.type !== 'object' || a.className === b.className);
}

function isLeaf(node: StateNode): boolean {
  return !['object', 'array', 'map', 'set'].includes(node.type);
}

function children(node: StateNode): Map<string | number, StateValue> {
  if (node.type === 'object') return new Map(node.entries);
  if (node.type === 'array' || node.type === 'set') return new Map(node.items.entries());
  if (node.type !== 'map') return new Map();
  return new Map(node.entries.map(([key, value], at) => [typeof key === 'string' ? key : `${at}`, value]));
}

function own(roots: Record<string, StateValue>, name: string): StateValue | undefined {
  return Object.hasOwn(roots, name) ? roots[name] : undefined;
}
