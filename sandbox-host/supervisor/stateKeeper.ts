import { ApexError } from '../../protocol/errors.ts';
import type { Snapshot, StateChange } from '../../protocol/sandboxState.ts';
import type { StateDocument, StateEdit } from '../../protocol/stateDocument.ts';
import type { AuditEvent } from '../audit/auditLog.ts';
import { diffState } from '../state/diffState.ts';
import { Snapshots } from '../state/snapshots.ts';
import { UndoHistory } from '../state/undoHistory.ts';
import type { BlobStore } from '../storage/blobStore.ts';
import type { Sandbox } from './sandbox.ts';

/** More differences than a person reads. */
const MAX_CHANGES = 2_000;

/** Every change of declared state from outside: each keeps what was before, so that it can be taken back, and is audited. */
export class StateKeeper {
  readonly #store: () => BlobStore;
  readonly #find: (id: string) => Sandbox;
  readonly #audit: (event: AuditEvent) => void;
  readonly #histories = new WeakMap<Sandbox, UndoHistory>();
  #snapshots: Snapshots | undefined;

  constructor(store: () => BlobStore, find: (id: string) => Sandbox, audit: (event: AuditEvent) => void) {
    this.#store = store;
    this.#find = find;
    this.#audit = audit;
  }

  get snapshots(): Snapshots {
    this.#snapshots ??= new Snapshots(this.#store());
    return this.#snapshots;
  }

  /** @throws ApexError `refused-by-program`, with the program's or the registry's reason */
  edit(id: string, edit: StateEdit): Promise<StateDocument> {
    return this.#change(id, 'state.edit', edit.path.join('.'), (sandbox) => sandbox.editState(edit));
  }

  async snapshot(id: string, note?: string): Promise<Snapshot> {
    const sandbox = this.#find(id);
    const snapshot = await this.snapshots.take(
      { sandbox: id, label: sandbox.plan.label },
      await sandbox.readState(),
      note,
    );
    this.#audit({ operation: 'state.snapshot', actor: id, outcome: 'done', resource: snapshot.snapshot });
    return snapshot;
  }

  /** @throws ApexError `no-such-snapshot`, `refused-by-program` */
  async restore(id: string, snapshot: string): Promise<{ state: StateDocument; missing: string[] }> {
    const document = await this.snapshots.read(snapshot);
    const state = await this.#change(id, 'state.restore', snapshot, (sandbox) => sandbox.replaceState(document));
    return { state, missing: Object.keys(document.roots).filter((name) => !Object.hasOwn(state.roots, name)) };
  }

  /** @throws ApexError `nothing-to-undo`, `refused-by-program` */
  async undo(id: string, redo: boolean): Promise<{ state: StateDocument; undo: number; redo: number }> {
    const sandbox = this.#find(id);
    const history = this.#historyOf(sandbox);
    const wanted = history.peek(redo);
    if (!wanted) {
      const what = redo ? 'redo' : 'undo';
      throw new ApexError(
        'nothing-to-undo',
        `There is nothing to ${what} in ${id}.`,
        'Edits from outside can be undone.',
      );
    }
    const before = await sandbox.readState();
    const state = await sandbox.replaceState(wanted);
    history.moved(redo, before);
    this.#audit({ operation: redo ? 'state.redo' : 'state.undo', actor: id, outcome: 'done' });
    return { state, ...history.depth };
  }

  async diff(from: string, to: string): Promise<{ changes: StateChange[]; more: number }> {
    const read = (name: string) =>
      name.startsWith('snap-') ? this.snapshots.read(name) : this.#find(name).readState();
    const changes = diffState(await read(from), await read(to));
    return { changes: changes.slice(0, MAX_CHANGES), more: Math.max(0, changes.length - MAX_CHANGES) };
  }

  /** Does something that may change state, and remembers what was before when it did. */
  async keeping<T>(id: string, action: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    const sandbox = this.#find(id);
    const before = await sandbox.readState();
    const result = await action(sandbox);
    if (diffState(before, await sandbox.readState()).length > 0) this.#historyOf(sandbox).changed(before);
    return result;
  }

  async #change(
    id: string,
    operation: string,
    resource: string,
    action: (sandbox: Sandbox) => Promise<StateDocument>,
  ): Promise<StateDocument> {
    const sandbox = this.#find(id);
    try {
      const before = await sandbox.readState();
      const state = await action(sandbox);
      this.#historyOf(sandbox).changed(before);
      this.#audit({ operation, actor: id, outcome: 'done', resource });
      return state;
    } catch (error) {
      this.#audit({ operation, actor: id, outcome: 'failed', resource });
      throw error;
    }
  }

  #historyOf(sandbox: Sandbox): UndoHistory {
    const history = this.#histories.get(sandbox) ?? new UndoHistory();
    this.#histories.set(sandbox, history);
    return history;
  }
}
