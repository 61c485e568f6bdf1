import type { Snapshot, StateChange } from '../../protocol/sandboxState.ts';
import type { StateDocument, StateValue } from '../../protocol/stateDocument.ts';
import { type Action, columns, textOption } from './action.ts';

export const stateActions: Record<string, Action> = {
  state: {
    usage: 'state ID',
    words: [1, 1],
    run: async (host, [id]) => {
      const state = await host.request('sandbox/readState', { id: id! });
      return { json: state, text: leaves(state) };
    },
  },
  snapshot: {
    usage: 'snapshot ID [--note TEXT]',
    words: [1, 1],
    run: async (host, [id], options) => {
      const snapshot = await host.request('state/snapshot', { id: id!, note: textOption(options, 'note') });
      return { json: snapshot, text: `${snapshot.snapshot}\n` };
    },
  },
  snapshots: {
    usage: 'snapshots [--label NAME]',
    words: [0, 0],
    run: async (host, _words, options) => {
      const { snapshots } = await host.request('state/snapshots', { label: textOption(options, 'label') });
      return { json: snapshots, text: snapshots.length ? columns(snapshots.map(row)) : 'No snapshot.\n' };
    },
  },
  restore: {
    usage: 'restore ID SNAPSHOT',
    words: [2, 2],
    run: async (host, [id, snapshot]) => {
      const result = await host.request('state/restore', { id: id!, snapshot: snapshot! });
      const missing = result.missing.map((name) => `${name} is not declared by ${id} and was passed over\n`);
      return { json: result, text: missing.join('') };
    },
  },
  forget: {
    usage: 'forget SNAPSHOT',
    words: [1, 1],
    run: async (host, [snapshot]) => ({ json: await host.request('state/forget', { snapshot: snapshot! }), text: '' }),
  },
  diff: {
    usage: 'diff ID|SNAPSHOT ID|SNAPSHOT',
    words: [2, 2],
    run: async (host, [from, to]) => {
      const { changes, more } = await host.request('state/diff', { from: from!, to: to! });
      const text = `${changes.map(changeLine).join('')}${more ? `and ${more} more\n` : ''}`;
      return { json: { changes, more }, text, exitCode: changes.length > 0 ? 1 : 0 };
    },
  },
  undo: { usage: 'undo ID', words: [1, 1], run: (host, [id]) => takeBack(host, id!, false) },
  redo: { usage: 'redo ID', words: [1, 1], run: (host, [id]) => takeBack(host, id!, true) },
};

async function takeBack(host: Parameters<Action['run']>[0], id: string, redo: boolean) {
  const result = await host.request('state/undo', { id, redo });
  return { json: result, text: `${result.undo} more to undo, ${result.redo} to redo\n` };
}

function row({ snapshot, label, sandbox, takenAt, size, stored, note }: Snapshot): string[] {
  const time = new Date(takenAt).toISOString();
  return [snapshot, label, sandbox, time, `${size} bytes`, `${stored} stored`, note ?? ''];
}

function changeLine({ path, kind, before, after }: StateChange): string {
  const sign = { added: '+', removed: '-', changed: '~' }[kind];
  const sides = [before, after].filter((side) => side !== undefined).map(valueText);
  return `${sign} ${path.join('.')}  ${sides.join(' → ')}\n`;
}

function valueText(value: StateValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('bigint' in value) return `${value.bigint}n`;
  if ('special' in value) return value.special;
  return 'opaque' in value ? value.opaque : 'an object';
}

/** One line per value, as far as plain objects and arrays go. */
function leaves({ roots, heap }: StateDocument): string {
  const lines: string[] = [];
  const walk = (path: string, value: StateValue, trail: readonly number[]) => {
    const node = typeof value === 'object' && value !== null && 'ref' in value ? heap[value.ref] : undefined;
    const children =
      node?.type === 'object' ? node.entries : node?.type === 'array' ? [...node.items.entries()] : undefined;
    const ref = (value as { ref: number } | null)?.ref ?? -1;
    if (!node || !children || trail.includes(ref)) lines.push(`${path}  ${node ? node.type : valueText(value)}\n`);
    else for (const [key, child] of children) walk(`${path}.${key}`, child, [...trail, ref]);
  };
  for (const [name, value] of Object.entries(roots)) walk(name, value, []);
  return lines.join('');
}
