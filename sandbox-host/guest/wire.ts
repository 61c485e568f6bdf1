import type { Mode } from '../../protocol/sandbox.ts';
import type { StateDocument, StateEdit } from '../../protocol/stateDocument.ts';

/** What the supervisor tells the guest runtime before any guest code. Trusted: it comes from the supervisor alone. */
export interface Boot {
  mode: Mode;
  pendingCalls: number;
  /** Declared state to continue with, from a checkpoint. */
  state?: StateDocument;
}

/** What the supervisor says to a guest while it lives. */
export type ToGuest =
  | { t: 'reply'; id: number; ok: boolean; value?: unknown; error?: { code: string; message: string } }
  | { t: 'readState'; id: number }
  | { t: 'editState'; id: number; edit: StateEdit }
  | { t: 'evaluate'; id: number; code: string };
