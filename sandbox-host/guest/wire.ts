import type { Mode } from '../../protocol/sandbox.ts';
import type { StateDocument, StateEdit } from '../../protocol/stateDocument.ts';
import type { StateChangeOrder } from './applyChanges.ts';

/** What the supervisor tells the guest runtime before any guest code. Trusted: it comes from the supervisor alone. */
export interface Boot {
  mode: Mode;
  pendingCalls: number;
  /** Modules can be replaced while the program runs. */
  live: boolean;
  /** The run is recorded: the clock is asked of the host, and chance comes from this seed. */
  seed?: number;
  /** Declared state to continue with, from a checkpoint. */
  state?: StateDocument;
}

/** What the supervisor says to a guest while it lives. */
export type ToGuest =
  | { t: 'reply'; id: number; ok: boolean; value?: unknown; error?: { code: string; message: string } }
  | { t: 'readState'; id: number }
  | { t: 'editState'; id: number; edit: StateEdit }
  /** Fills declared state anew; the answer is the document afterwards. */
  | { t: 'replaceState'; id: number; document: StateDocument }
  /** Sets and removes values of one declared state, all or none. */
  | { t: 'applyChanges'; id: number; name: string; changes: StateChangeOrder[] }
  /** The answer is a text for people, or with `json` the value as JSON has it. */
  | { t: 'evaluate'; id: number; code: string; json?: boolean };
