import * as z from 'zod';
import { type Limits, usageSchema } from '../../protocol/sandbox.ts';

/**
 * What the supervisor tells a worker, one JSON value per frame. `body` is a text that only guest runtime and supervisor
 * read: the worker relays it.
 */
export type ToWorker =
  /** `boot` is what the guest runtime needs to know before any guest code; `live` prepares modules to be replaced, with
   * `record` each crossing is told. */
  | { type: 'create'; sandbox: string; limits: Limits; boot: string; live: boolean; record: boolean }
  /** Runs a module of the program, by its guest name. */
  | { type: 'run'; sandbox: string; url: string }
  /** `reply` marks the answer to a call, which the worker counts. */
  | { type: 'deliver'; sandbox: string; body: string; reply: boolean }
  /** Declared state is to be told, so long after a turn that changed it. */
  | { type: 'watchState'; sandbox: string; on: boolean; afterMs: number }
  /** The answer to `load`: a `LoadedModule` as text. */
  | { type: 'module'; sandbox: string; request: number; module: string }
  /** Replaces modules while the program runs, all or none; `modules` is a list of `LoadedModule` as text, dependencies first. */
  | { type: 'swap'; sandbox: string; request: number; modules: string }
  /** While on, no turn of the guest begins. */
  | { type: 'suspend'; sandbox: string; on: boolean }
  | { type: 'dispose'; sandbox: string }
  | { type: 'ping'; at: number };

export const breachSchema = z.enum(['timeout', 'cpu-limit', 'memory-limit', 'output-limit', 'call-limit']);
export type Breach = z.infer<typeof breachSchema>;

/** A guest's error as the worker saw it: names, text and stack only, already without host paths. */
export const guestErrorSchema = z.object({
  name: z.string().max(200),
  message: z.string().max(20_000),
  stack: z.string().max(40_000).optional(),
});
export type GuestError = z.infer<typeof guestErrorSchema>;

const ofSandbox = { sandbox: z.string().max(64) };

/** Everything from a worker is hostile until it has passed this schema: a guest may own the worker. */
export const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), node: z.string().max(40), pid: z.int() }),
  z.object({ type: z.literal('created'), ...ofSandbox }),
  z.object({ type: z.literal('post'), ...ofSandbox, body: z.string() }),
  z.object({
    type: z.literal('load'),
    ...ofSandbox,
    request: z.int().min(0),
    specifier: z.string().max(4096),
    referrer: z.string().max(4096),
    require: z.boolean().optional(),
  }),
  /** The guest has nothing left to do: no timer, no call in flight, its module has been evaluated. */
  z.object({ type: z.literal('idle'), ...ofSandbox, usage: usageSchema }),
  z.object({
    type: z.literal('failed'),
    ...ofSandbox,
    code: z.enum(['uncaught', 'syntax-error', 'module-refused', 'module-not-found']),
    error: guestErrorSchema,
    usage: usageSchema,
  }),
  z.object({
    type: z.literal('breach'),
    ...ofSandbox,
    breach: breachSchema,
    usage: usageSchema,
    /** True when the isolate did not let go after it was disposed: only the end of the process ends it. */
    stuck: z.boolean(),
  }),
  /** What became of `swap`: the exports that no longer exist and the clean-ups that failed, or why nothing was replaced. */
  z.object({
    type: z.literal('swapped'),
    ...ofSandbox,
    request: z.int().min(0),
    error: guestErrorSchema.optional(),
    removed: z.array(z.string().max(4096)).max(10_000).optional(),
    problems: z.array(z.string().max(20_000)).max(1000).optional(),
  }),
  /** Crossings of a sandbox that is recorded, a line of JSON each. */
  z.object({ type: z.literal('crossings'), ...ofSandbox, lines: z.string() }),
  /** Declared state, after a change, as the text of a state document. */
  z.object({ type: z.literal('state'), ...ofSandbox, document: z.string() }),
  z.object({ type: z.literal('pong'), at: z.number() }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;
