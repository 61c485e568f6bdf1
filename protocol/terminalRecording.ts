import * as z from 'zod';

/**
 * What the debug adapter and the recorder that it has the client start in a terminal tell each other: one message of
 * JSON a line, over a local socket that only the user can open. Nothing of it stands in the terminal's command line,
 * which people see and shells keep.
 */
const record = z.object({
  kind: z.literal('record'),
  /** Folder of the recording; absolute. */
  out: z.string(),
  /** Node options, script and arguments. */
  words: z.array(z.string()),
  node: z.object({ path: z.string(), version: z.string(), major: z.number() }),
  cwd: z.string(),
  /** Added to the terminal's environment; null removes. */
  env: z.record(z.string(), z.union([z.string(), z.null()])),
});

/** Asked to leave at first, by force when it has not left after `patience` ms. */
const stop = z.object({ kind: z.literal('stop'), patience: z.number() });
const freeze = z.object({ kind: z.literal('freeze'), still: z.boolean() });

/** To the recorder in the terminal. `record` is the first. */
export const terminalOrderSchema = z.discriminatedUnion('kind', [record, stop, freeze]);

/** From it: `begun` or `failed`, then `ended`. */
export const terminalNewsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begun'), pid: z.number().optional(), recorder: z.number() }),
  z.object({ kind: z.literal('failed'), code: z.string(), message: z.string(), advice: z.string().optional() }),
  z.object({
    kind: z.literal('ended'),
    code: z.number().optional(),
    signal: z.string().optional(),
    /** Why its recording could not be completed. */
    problem: z.string().optional(),
  }),
]);

export type RecordOrder = z.infer<typeof record>;
export type TerminalOrder = z.infer<typeof terminalOrderSchema>;
export type TerminalNews = z.infer<typeof terminalNewsSchema>;
