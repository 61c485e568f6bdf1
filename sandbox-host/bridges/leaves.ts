import * as z from 'zod';
import { ApexError } from '../../protocol/errors.ts';
import {
  type StateDocument,
  type StateValue,
  stateDocumentSchema,
  stateValueSchema,
} from '../../protocol/stateDocument.ts';
import { decodePrimitive, decodeState, encodePrimitive, encodeState } from '../guest/stateCodec.ts';
import { extractRoots } from '../state/splitDocument.ts';

/** A value that a bridge carries: a simple one, or as a document of its own (root `v`) what is replaced whole: arrays, maps, dates. */
export const leafSchema = z.union([stateValueSchema, z.object({ part: stateDocumentSchema })]);
export type Leaf = StateValue | { part: StateDocument };

/** The values of a state by key: the names on the way from its root, joined by `/`; `` is the root itself. */
export type Leaves = Map<string, Leaf>;

/** Without `value` the key is removed. */
export interface Change {
  key: string;
  value?: Leaf;
}

/** More values than anybody keeps in step; objects that are shared count each time, or thirty of them would make a billion. */
const MOST_LEAVES = 100_000;
/** Below that depth a value is carried as a whole. */
const DEEPEST = 200;

/**
 * Walks plain objects down to their values; a circle is cut where it closes. Gives nothing for a state that is not there.
 * @throws ApexError `state-too-large`
 */
export function leavesOf(document: StateDocument, name: string): Leaves {
  const leaves: Leaves = new Map();
  let met = 0;
  const walk = (key: string, value: StateValue, trail: readonly number[]) => {
    if (++met > MOST_LEAVES) throw tooLarge(`State "${name}" has more than ${MOST_LEAVES} values`);
    const ref = typeof value === 'object' && value !== null && 'ref' in value ? value.ref : undefined;
    const node = ref === undefined ? undefined : document.heap[ref];
    if (!node || ref === undefined) {
      // What cannot be kept cannot be carried either.
      if (typeof value !== 'object' || value === null || !('opaque' in value)) leaves.set(key, value);
    } else if (trail.includes(ref)) return;
    else if (node.type === 'object' && node.entries.length > 0 && trail.length < DEEPEST) {
      for (const [step, child] of node.entries) walk(childKey(key, step), child, [...trail, ref]);
    } else if (key !== '' || node.type !== 'object') {
      // An empty root has no values: whoever receives it keeps what is its own.
      leaves.set(key, { part: extractRoots(document, [['v', value]]) });
    }
  };
  if (Object.hasOwn(document.roots, name)) walk('', document.roots[name]!, []);
  return leaves;
}

function childKey(parent: string, step: string): string {
  const own = step.replaceAll('~', '~0').replaceAll('/', '~1');
  return parent === '' ? own : `${parent}/${own}`;
}

/** The names that a key stands for. */
export function keySteps(key: string): string[] {
  return key === '' ? [] : key.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** How two leaves are told apart. */
export function leafText(leaf: Leaf | undefined): string | undefined {
  return leaf === undefined ? undefined : JSON.stringify(leaf);
}

/** What leads from `before` (texts of leaves) to `after`, removals first. */
export function changesBetween(before: ReadonlyMap<string, string>, after: Leaves): Change[] {
  const removed = [...before.keys()].filter((key) => !after.has(key)).map((key) => ({ key }));
  const set = [...after].filter(([key, value]) => before.get(key) !== leafText(value));
  return [...removed, ...set.map(([key, value]) => ({ key, value }))];
}

/**
 * The leaf as JSON has it: dates and the like as JSON.stringify makes them, undefined and NaN as null.
 * @throws ApexError `state-too-large`, `state-circular`
 */
export function leafToJson(leaf: Leaf): unknown {
  if (typeof leaf === 'object' && leaf !== null && 'part' in leaf) {
    return jsonOf(decodeState(leaf.part).get('v'));
  }
  return jsonOf(decodePrimitive(leaf));
}

export function leafFromJson(value: unknown): Leaf {
  return typeof value === 'object' && value !== null ? { part: encodeState([['v', value]]) } : encodePrimitive(value);
}

/** A guest has made this value: shared objects and circles would make JSON of any size out of it. */
function jsonOf(value: unknown): unknown {
  let met = 0;
  const plain = (item: unknown, trail: readonly unknown[]): unknown => {
    if (++met > MOST_LEAVES) throw tooLarge(`A value has more than ${MOST_LEAVES} parts`);
    if (typeof item === 'bigint') return String(item);
    if (typeof item !== 'object' || item === null) return JSON.parse(JSON.stringify(item) ?? 'null');
    if (trail.length > DEEPEST) throw tooLarge(`A value is nested deeper than ${DEEPEST}`);
    if (trail.includes(item)) throw new ApexError('state-circular', 'A value holds itself: JSON cannot say that.');
    const inner = [...trail, item];
    if (Array.isArray(item) || item instanceof Set) return [...item].map((part) => plain(part, inner));
    if (item instanceof Map) return [...item].map((entry) => entry.map((part) => plain(part, inner)));
    if (item instanceof Date || ArrayBuffer.isView(item)) return JSON.parse(JSON.stringify(item));
    return Object.fromEntries(Object.entries(item).map(([key, part]) => [key, plain(part, inner)]));
  };
  return plain(value, []);
}

function tooLarge(what: string): ApexError {
  return new ApexError('state-too-large', `${what}: that is not carried as JSON.`, 'Bridge a smaller part of it.');
}
