import * as z from 'zod';
import { sandboxIdSchema } from './sandboxId.ts';

const stateName = z.string().min(1).max(200);
const pattern = z.string().min(1).max(500);
const code = z.string().min(1).max(20_000);

/** Declared state of a sandbox, or a state that the host holds for everybody and keeps. */
export const bridgeEndSchema = z.union([
  z.strictObject({ sandbox: sandboxIdSchema, state: stateName }),
  z.strictObject({ host: stateName }),
]);
export type BridgeEnd = z.infer<typeof bridgeEndSchema>;

/** What is done to each value on its way; several are done in their order. Paths are keys joined by `/`. */
export const transformSchema = z.union([
  z.strictObject({ redact: z.array(pattern).min(1) }),
  /** Keys below `from` go below `to`. */
  z.strictObject({ rename: z.strictObject({ from: z.string().min(1), to: z.string().min(1) }) }),
  /** `(value, path) => value` over JSON values, run in a sandbox of its own; `back` for the way back of a bridge in both directions. */
  z.strictObject({ custom: code, back: code.optional() }),
]);
export type Transform = z.infer<typeof transformSchema>;

export const bridgeSpecSchema = z.strictObject({
  from: bridgeEndSchema,
  to: bridgeEndSchema,
  /** push carries from → to, pull to → from. */
  direction: z.enum(['push', 'pull', 'both']).default('push'),
  /** eager: with each change; lazy: when the receiving sandbox is next asked; periodic: by the clock; demand: by `bridge/sync`. */
  when: z.enum(['eager', 'lazy', 'periodic', 'demand']).default('eager'),
  everyMs: z.int().min(10).max(86_400_000).default(1000),
  include: z.array(pattern).optional(),
  exclude: z.array(pattern).optional(),
  transform: z.array(transformSchema).max(20).default([]),
  /** When both sides have changed a value: the change that is carried wins, the receiver's stays, or `(mine, theirs, base) => value`. */
  conflict: z.union([z.enum(['last-write', 'reject']), z.strictObject({ merge: code })]).default('last-write'),
  buffer: z
    .strictObject({
      changes: z.int().min(1).max(100_000).default(1000),
      /** wait: the rest follows when the receiver has taken these; drop-oldest: it is lost; fail: the bridge ends. */
      onFull: z.enum(['wait', 'drop-oldest', 'fail']).default('wait'),
    })
    .default({ changes: 1000, onFull: 'wait' }),
});
export type BridgeSpec = z.infer<typeof bridgeSpecSchema>;

export const bridgeInfoSchema = z.object({
  bridge: z.string(),
  spec: bridgeSpecSchema,
  status: z.enum(['open', 'failed', 'closed']),
  /** Values carried, left to the receiver by a conflict rule, and lost to a full buffer. */
  carried: z.int(),
  conflicts: z.int(),
  dropped: z.int(),
  /** The last refusal or failure, as text for a person. */
  problem: z.string().optional(),
});
export type BridgeInfo = z.infer<typeof bridgeInfoSchema>;

const byBridge = z.object({ bridge: z.string() });
const byName = z.object({ name: stateName });

export const bridgeRequests = {
  'bridge/open': { params: bridgeSpecSchema, result: bridgeInfoSchema },
  'bridge/list': { params: z.object({}), result: z.object({ bridges: z.array(bridgeInfoSchema) }) },
  /** Carries now what has changed, whatever the bridge waits for; answers when the receiver has it. */
  'bridge/sync': { params: byBridge, result: bridgeInfoSchema },
  'bridge/close': { params: byBridge, result: bridgeInfoSchema },
  'hostState/read': { params: byName, result: z.object({ value: z.json() }) },
  'hostState/write': { params: byName.extend({ value: z.json() }), result: z.object({}) },
  'hostState/list': { params: z.object({}), result: z.object({ names: z.array(z.string()) }) },
} as const;

export const bridgeNotifications = {
  /** A bridge was opened or closed, met a conflict, or has a problem. */
  'bridge/changed': z.object({ bridge: bridgeInfoSchema }),
  /** Keys of a state of the host that have changed. */
  'hostState/changed': z.object({ name: z.string(), keys: z.array(z.string()) }),
} as const;
