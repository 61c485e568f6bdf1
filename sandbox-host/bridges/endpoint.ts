import type { Change, Leaves } from './leaves.ts';

/** One end of a bridge. */
export interface Endpoint {
  /** `sandbox-1:cart` or `host:cart`. */
  name: string;
  read(): Promise<Leaves>;
  /** All or none. @throws ApexError when the receiver refuses */
  apply(changes: readonly Change[]): Promise<void>;
  /**
   * Calls `changed` after changes, until the function that it gives is called. What is there then is worked out when it is asked
   * for: that may throw what `read` throws.
   */
  watch(changed: (leaves: () => Leaves) => void): () => void;
}
