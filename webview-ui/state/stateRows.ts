import type { StateDocument, StateNode, StatePath, StateValue } from '../../protocol/stateDocument.ts';
import { kindOf, showValue } from './stateValues.ts';

/** One line of the tree. */
export interface StateRow {
  /** The path as text: the same line keeps it from one state to the next. */
  id: string;
  path: StatePath;
  /** 1 for a declared state. */
  level: number;
  position: number;
  siblings: number;
  label: string;
  kind: string;
  text: string;
  /** Undefined for a leaf. */
  expanded: boolean | undefined;
  /** The value, where it can be edited. */
  value: StateValue | undefined;
}

/** More children than this are cut, with a last line that says so: a panel is for looking, not for a million lines. */
export const MAX_CHILDREN = 500;

/** The lines that are visible when the ids in `open` are expanded. Cycles are harmless: only what is open is walked. */
export function buildRows(document: StateDocument, open: ReadonlySet<string>): StateRow[] {
  const rows: StateRow[] = [];
  const add = (path: StatePath, label: string, value: StateValue, position: number, siblings: number): void => {
    const id = JSON.stringify(path);
    const node = nodeOf(document, value);
    const children = node ? childrenOf(node) : undefined;
    const expanded = children && children.length > 0 ? open.has(id) : undefined;
    const base = { id, path, level: path.length, position, siblings, label, kind: kindOf(value, node), expanded };
    const editable = !node && !(typeof value === 'object' && value !== null && 'opaque' in value);
    rows.push({ ...base, text: showValue(document, value), value: editable && path.length > 1 ? value : undefined });
    if (!expanded || !children) return;
    const shown = children.slice(0, MAX_CHILDREN);
    shown.forEach((child, at) => {
      add([...path, child.step], child.label(document), child.value, at + 1, children.length);
    });
    if (children.length > shown.length) rows.push(moreRow(path, children.length - shown.length, children.length));
  };
  const roots = Object.entries(document.roots);
  roots.forEach(([name, value], at) => {
    add([name], name, value, at + 1, roots.length);
  });
  return rows;
}

function moreRow(path: StatePath, hidden: number, siblings: number): StateRow {
  const base = { path, level: path.length + 1, position: siblings, siblings, kind: 'more', expanded: undefined };
  return { ...base, id: `${JSON.stringify(path)}…`, label: '…', text: `${hidden} more`, value: undefined };
}

interface Child {
  step: string | number;
  value: StateValue;
  label(document: StateDocument): string;
}

function childrenOf(node: StateNode): Child[] {
  switch (node.type) {
    case 'object':
      return node.entries.map(([key, value]) => ({ step: key, value, label: () => key }));
    case 'array':
    case 'set':
      return node.items.map((value, at) => ({ step: at, value, label: () => String(at) }));
    case 'map':
      return node.entries.map(([key, value], at) => ({
        step: at,
        value,
        label: (document) => showValue(document, key),
      }));
    default:
      return [];
  }
}

export function nodeOf(document: StateDocument, value: StateValue): StateNode | undefined {
  return typeof value === 'object' && value !== null && 'ref' in value ? document.heap[value.ref] : undefined;
}
