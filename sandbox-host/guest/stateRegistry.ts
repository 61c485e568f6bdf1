import type { StateDocument, StateEdit, StateValue } from '../../protocol/stateDocument.ts';
import { applyChanges, type StateChangeOrder } from './applyChanges.ts';
import { assignState } from './assignState.ts';
import { decodePrimitive, decodeState, encodePrimitive, encodeState } from './stateCodec.ts';

/** What a program may say about a state it declares. */
export interface StateOptions<T> {
  /** Asked after an edit from outside: a text refuses the edit and is shown to the person, undefined accepts it. */
  check?(next: T): string | undefined;
  /** Told after an accepted edit, with the path of the changed leaf. */
  onEdit?(path: (string | number)[]): void;
}

interface Declared {
  root: object;
  options: StateOptions<object>;
}

export interface StateRegistry {
  /** The guest's `state(name, initial, options)`. */
  declare<T extends object>(name: string, initial: T, options?: StateOptions<T>): T;
  read(): StateDocument;
  /** Applies an edit or throws an error that says why not; nothing is changed when it throws. */
  edit(edit: StateEdit): void;
  /** Values that the first declaration of each name takes instead of its initial one. */
  restore(values: Map<string, unknown>): void;
  /**
   * Fills declared states with the values of a document, in place; names that are not declared are passed over and given back.
   * Nothing is changed when a check refuses.
   */
  replace(document: StateDocument): string[];
  /** Sets and removes values of one state. Nothing is changed when its check refuses. @throws EditRefused */
  apply(name: string, changes: readonly StateChangeOrder[]): void;
}

export class EditRefused extends Error {
  override readonly name = 'EditRefused';
}

export function createStateRegistry(): StateRegistry {
  const declared = new Map<string, Declared>();
  let restored = new Map<string, unknown>();
  return {
    declare(name, initial, options = {}) {
      if (typeof name !== 'string' || name === '')
        throw new TypeError('state(name, initial): the name is a non-empty text.');
      const known = declared.get(name);
      if (known) {
        // A new version of the module meets its old state: the object stays the same one.
        known.options = options as StateOptions<object>;
        return known.root as typeof initial;
      }
      if (typeof initial !== 'object' || initial === null) {
        throw new TypeError(`state("${name}", initial): the initial value is an object, array, Map or Set.`);
      }
      const kept = restored.get(name);
      restored.delete(name);
      const root = typeof kept === 'object' && kept !== null ? kept : initial;
      declared.set(name, { root, options: options as StateOptions<object> });
      return root as typeof initial;
    },
    read: () => encodeState([...declared].map(([name, { root }]) => [name, root] as const)),
    edit(edit) {
      const [name, ...steps] = edit.path;
      const state = declared.get(String(name));
      if (!state) throw new EditRefused(`There is no declared state "${name}".`);
      const last = steps.at(-1);
      if (last === undefined) throw new EditRefused('A whole state cannot be replaced; edit a value inside it.');
      const holder = steps
        .slice(0, -1)
        .reduce<unknown>((place, step) => slot(place, step, edit.path).get(), state.root);
      const leaf = slot(holder, last, edit.path);
      const old = leaf.get();
      checkEdit(edit, old);
      leaf.set(decodePrimitive(edit.value));
      const refusal = askCheck(state, edit.path[0]);
      if (refusal !== undefined) {
        leaf.set(old);
        throw new EditRefused(refusal);
      }
      state.options.onEdit?.([...edit.path]);
    },
    restore(values) {
      restored = values;
    },
    apply(name, changes) {
      const state = declared.get(name);
      if (!state) throw new EditRefused(`There is no declared state "${name}".`);
      const { check, onEdit } = state.options;
      const before = check && decodeState(encodeState([[name, state.root]])).get(name);
      applyChanges(state.root, changes);
      const refusal = check && askCheck(state, name);
      if (refusal !== undefined) {
        assignState(state.root, before as object);
        throw new EditRefused(refusal);
      }
      onEdit?.([name]);
    },
    replace(document) {
      const values = decodeState(document);
      const wanted = [...values].filter(([name]) => declared.has(name));
      const before = decodeState(encodeState(wanted.map(([name]) => [name, declared.get(name)!.root] as const)));
      try {
        for (const [name, value] of wanted) {
          const state = declared.get(name)!;
          assignState(state.root, value as object);
          const refusal = state.options.check?.(state.root);
          if (refusal !== undefined) throw new EditRefused(String(refusal));
        }
      } catch (error) {
        for (const [name, value] of before) assignState(declared.get(name)!.root, value as object);
        throw error instanceof EditRefused ? error : new EditRefused(String((error as Error)?.message ?? error));
      }
      for (const [name] of wanted) declared.get(name)!.options.onEdit?.([name]);
      return [...values.keys()].filter((name) => !declared.has(name));
    },
  };
}

/** The program's own word on the state after the edit; a check that throws refuses too. */
function askCheck(state: Declared, name: string | number | undefined): string | undefined {
  try {
    const answer = state.options.check?.(state.root);
    return answer === undefined ? undefined : String(answer);
  } catch (error) {
    return `The program's check of "${name}" failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function checkEdit(edit: StateEdit, old: unknown): void {
  const now = encodePrimitive(old);
  if (typeof old === 'object' && old !== null)
    throw new EditRefused('Only single values can be edited, not whole objects.');
  if (isOpaque(now)) throw new EditRefused('This value cannot be edited.');
  if (edit.expected !== undefined && JSON.stringify(edit.expected) !== JSON.stringify(now)) {
    throw new EditRefused(`The program has changed this value to ${text(now)} meanwhile.`);
  }
  const next = decodePrimitive(edit.value);
  if (old === null || old === undefined) return;
  if (typeof next !== typeof old) throw new EditRefused(`This value is a ${typeof old}; ${text(edit.value)} is not.`);
}

function isOpaque(value: StateValue): boolean {
  return typeof value === 'object' && value !== null && 'opaque' in value;
}

function text(value: StateValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('bigint' in value) return `${value.bigint}n`;
  return 'special' in value ? value.special : 'an object';
}

interface Slot {
  get(): unknown;
  set(value: unknown): void;
}

/** The place that one step of a path names inside `holder`. */
function slot(holder: unknown, step: string | number, path: StateEdit['path']): Slot {
  const missing = () => new EditRefused(`${path.join(' › ')} is no longer there.`);
  if (holder instanceof Map) {
    const key = [...holder.keys()][Number(step)];
    if (typeof step !== 'number' || step >= holder.size) throw missing();
    return { get: () => holder.get(key), set: (value) => void holder.set(key, value) };
  }
  if (holder instanceof Set) return memberSlot(holder, step, missing);
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, step)) throw missing();
  const record = holder as Record<string | number, unknown>;
  return {
    get: () => record[step],
    set: (value) => {
      if (!Reflect.set(record, step, value)) throw new EditRefused(`${path.join(' › ')} is read-only.`);
    },
  };
}

function memberSlot(holder: Set<unknown>, step: string | number, missing: () => EditRefused): Slot {
  if (typeof step !== 'number' || step >= holder.size) throw missing();
  return {
    get: () => [...holder][step],
    set: (value) => {
      const members = [...holder];
      members[step] = value;
      holder.clear();
      for (const member of members) holder.add(member);
    },
  };
}
