import type { StateDocument, StateNode, StateValue } from '../../protocol/stateDocument.ts';

/**
 * Splits a document into the smallest that nothing connects: states that share no object are apart, so that each is stored once
 * for all snapshots in which it is the same. Names are sorted, places in a heap follow from the values alone.
 */
export function splitDocument(document: StateDocument): StateDocument[] {
  const groups: { names: string[]; places: Set<number> }[] = [];
  for (const name of Object.keys(document.roots).sort()) {
    const places = reachable(document, document.roots[name]!);
    const shared = groups.filter((group) => [...places].some((place) => group.places.has(place)));
    const merged = { names: [name], places };
    for (const group of shared) {
      merged.names.unshift(...group.names);
      merged.places = new Set([...merged.places, ...group.places]);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(merged);
  }
  return groups.map(({ names }) =>
    extractRoots(
      document,
      names.sort().map((name) => [name, document.roots[name]!] as const),
    ),
  );
}

/** The inverse of `splitDocument`. */
export function joinDocuments(parts: readonly StateDocument[]): StateDocument {
  const roots: [string, StateValue][] = [];
  const heap: StateNode[] = [];
  for (const part of parts) {
    const shift = heap.length;
    const move = (value: StateValue): StateValue =>
      typeof value === 'object' && value !== null && 'ref' in value ? { ref: value.ref + shift } : value;
    for (const [name, value] of Object.entries(part.roots)) roots.push([name, move(value)]);
    heap.push(...part.heap.map((node) => mapValues(node, move)));
  }
  roots.sort(([a], [b]) => (a < b ? -1 : 1));
  return { roots: Object.fromEntries(roots), heap };
}

/** A document with these roots and what they reach, renumbered in the order in which it is met. */
export function extractRoots(
  { heap }: StateDocument,
  roots: readonly (readonly [string, StateValue])[],
): StateDocument {
  const places = new Map<number, number>();
  const queue: number[] = [];
  const move = (value: StateValue): StateValue => {
    if (typeof value !== 'object' || value === null || !('ref' in value)) return value;
    const known = places.get(value.ref);
    if (known !== undefined) return { ref: known };
    places.set(value.ref, queue.length);
    queue.push(value.ref);
    return { ref: places.get(value.ref)! };
  };
  const movedRoots = roots.map(([name, value]) => [name, move(value)] as const);
  const nodes: StateNode[] = [];
  // The queue grows while it is walked.
  for (const place of queue) nodes.push(mapValues(heap[place] ?? { type: 'object', entries: [] }, move));
  return { roots: Object.fromEntries(movedRoots), heap: nodes };
}

export function childValues(node: StateNode): StateValue[] {
  if (node.type === 'array' || node.type === 'set') return node.items;
  if (node.type === 'map') return node.entries.flat();
  return node.type === 'object' ? node.entries.map(([, value]) => value) : [];
}

function mapValues(node: StateNode, move: (value: StateValue) => StateValue): StateNode {
  if (node.type === 'array' || node.type === 'set') return { ...node, items: node.items.map(move) };
  if (node.type === 'map') return { ...node, entries: node.entries.map(([key, value]) => [move(key), move(value)]) };
  if (node.type === 'object') return { ...node, entries: node.entries.map(([key, value]) => [key, move(value)]) };
  return node;
}

function reachable({ heap }: StateDocument, root: StateValue): Set<number> {
  const found = new Set<number>();
  const queue = [root];
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    if (typeof value !== 'object' || value === null || !('ref' in value) || found.has(value.ref)) continue;
    found.add(value.ref);
    const node = heap[value.ref];
    if (node) queue.push(...childValues(node));
  }
  return found;
}
