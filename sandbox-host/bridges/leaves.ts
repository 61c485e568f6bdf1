import * as z from 'zod';
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

/** Walks plain objects down to their values; a circle is cut where it closes. Gives nothing for a state that is not there. */
export function leavesOf(document: StateDocument, name: string): Leaves {
  const leaves: Leaves = new Map();
  const walk = (key: string, value: StateValue, trail: readonly number[]) => {
    const ref = typeof value === 'object' && value !== null && 'ref' in value ? value.ref : undefined;
    const node = ref === undefined ? undefined : document.heap[ref];
    if (!node || ref === undefined) {
      // What cannot be kept cannot be carried either.
      if (typeof value !== 'object' || value === null || !('opaque' in value)) leaves.set(key, value);
    } else if (trail.includes(ref)) return;
    else if (node.type === 'object' && node.entries.length > 0) {
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

/** The leaf as JSON has it: dates and the like as JSON.stringify makes them, undefined and NaN as null. */
export function leafToJson(leaf: Leaf): unknown {
  if (typeof leaf === 'object' && leaf !== null && 'part' in leaf) {
    return jsonOf(decodeState(leaf.part).get('v'));
  }
  return jsonOf(decodePrimitive(leaf));
}

export function leafFromJson(value: unknown): Leaf {
  return typeof value === 'object' && value !== null ? { part: encodeState([['v', value]]) } : encodePrimitive(value);
}

function jsonOf(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return String(item);
    if (item instanceof Map) return [...item];
    return item instanceof Set ? [...item] : item;
  });
  return text === undefined ? null : JSON.parse(text);
}
