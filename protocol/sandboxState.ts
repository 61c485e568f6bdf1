import * as z from 'zod';
import { byId, sandboxIdSchema } from './sandboxId.ts';
import { stateDocumentSchema, statePathSchema, stateValueSchema } from './stateDocument.ts';

export const snapshotIdSchema = z.string().regex(/^snap-[0-9a-f]{12}$/);

/** A state of one sandbox, kept beyond its life. */
export const snapshotSchema = z.object({
  snapshot: snapshotIdSchema,
  /** Label of the sandbox that it was taken of. */
  label: z.string(),
  sandbox: sandboxIdSchema,
  /** Milliseconds since the epoch. */
  takenAt: z.number(),
  note: z.string().max(500).optional(),
  /** Names of the declared states in it. */
  states: z.array(z.string()),
  /** Bytes of its text, and what it added to the store: what is there already, compressed, is not stored again. */
  size: z.int(),
  stored: z.int(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** One difference between two states, at the end of a path. */
export const stateChangeSchema = z.object({
  path: statePathSchema,
  kind: z.enum(['added', 'removed', 'changed']),
  before: stateValueSchema.optional(),
  after: stateValueSchema.optional(),
});
export type StateChange = z.infer<typeof stateChangeSchema>;

/** A running sandbox as it is now, or a snapshot. */
const stateOf = z.union([snapshotIdSchema, sandboxIdSchema]);

export const stateRequests = {
  'state/snapshot': { params: byId.extend({ note: z.string().max(500).optional() }), result: snapshotSchema },
  /** The newest first; of one label when it is named. */
  'state/snapshots': {
    params: z.object({ label: z.string().optional() }),
    result: z.object({ snapshots: z.array(snapshotSchema) }),
  },
  /** Fills the declared state of a sandbox from a snapshot, in place. Names that it does not declare are given back. */
  'state/restore': {
    params: byId.extend({ snapshot: snapshotIdSchema }),
    result: z.object({ state: stateDocumentSchema, missing: z.array(z.string()) }),
  },
  'state/forget': { params: z.object({ snapshot: snapshotIdSchema }), result: z.object({}) },
  /** `more`: how many differences were left out. */
  'state/diff': {
    params: z.object({ from: stateOf, to: stateOf }),
    result: z.object({ changes: z.array(stateChangeSchema), more: z.int() }),
  },
  /** Takes back the last edit, restore or swap of a sandbox; with `redo` the last undo. */
  'state/undo': {
    params: byId.extend({ redo: z.boolean().optional() }),
    result: z.object({ state: stateDocumentSchema, undo: z.int(), redo: z.int() }),
  },
} as const;
