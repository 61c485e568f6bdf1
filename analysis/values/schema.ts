import type { KindSet } from './kinds.ts';

/** What a schema of a validation library lets through. */
export interface Schema {
  /** Kinds of sink for which a value that passed is harmless. */
  clears: KindSet;
  /** Of an object: its properties; others do not pass. */
  fields?: ReadonlyMap<string, Schema>;
  /** Of an array, a tuple or a record. */
  element?: Schema;
}
