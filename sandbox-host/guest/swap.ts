import type { StateDocument } from '../../protocol/stateDocument.ts';
import type { ModuleDoors } from './moduleDoors.ts';
import type { ModuleVersions } from './moduleVersions.ts';
import type { StateRegistry } from './stateRegistry.ts';
import type { Timers } from './timers.ts';

/** The guest's part in replacing modules: either all new versions take over, or everything is as it was. */
export interface Swap {
  begin(urls: readonly string[]): void;
  /** New versions have been evaluated: they take over. */
  commit(): { removed: string[]; problems: string[] };
  /** One of them failed: what it did to declared state is undone, timers that it started are stopped. */
  rollback(): void;
}

export function createSwap(
  versions: ModuleVersions,
  doors: ModuleDoors,
  registry: StateRegistry,
  timers: Timers,
): Swap {
  let urls: readonly string[] = [];
  let state: StateDocument = { roots: {}, heap: [] };
  let firstTimer = 0;
  return {
    begin(next) {
      urls = next;
      state = registry.read();
      firstTimer = timers.next();
      doors.beginSwap(urls);
      versions.begin();
    },
    commit() {
      doors.commitSwap();
      return versions.commit(urls);
    },
    rollback() {
      versions.rollback();
      doors.rollbackSwap();
      timers.clearFrom(firstTimer);
      registry.replace(state);
    },
  };
}
