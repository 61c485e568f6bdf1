import * as z from 'zod';
import { operationSchema } from './operation.ts';
import { byId } from './sandboxId.ts';
import { modeSchema } from './sandboxMode.ts';

/** What is done when a rule finds something, from the mildest to the hardest; each does what the ones before do but throttle. */
export const responseSchema = z.enum(['log', 'alert', 'throttle', 'suspend', 'kill']);
export type AnomalyResponse = z.infer<typeof responseSchema>;

/** One pattern of crossings that is worth a response. */
export const anomalyRuleSchema = z.strictObject({
  name: z.string().min(1).max(100),
  operations: z
    .array(
      z.union([operationSchema, z.enum(['*', 'fs.*', 'net.*', 'env.*', 'kv.*', 'module.*', 'channel.*', 'process.*'])]),
    )
    .min(1)
    .describe('Crossings that are looked at'),
  only: z.enum(['denied']).optional().describe('Only those that were refused'),
  measure: z
    .enum(['count', 'resources', 'bytes', 'new-hosts'])
    .describe(
      'count: crossings; resources: different ones; bytes: sent; new-hosts: hosts that were not asked in the first 30 s',
    ),
  over: z.number().min(0).describe('More than this within the time is an anomaly'),
  withinMs: z.int().min(1).max(86_400_000),
  response: responseSchema,
  modes: z.array(modeSchema).min(1).optional().describe('Default: isolation and hybrid'),
});
export type AnomalyRule = z.infer<typeof anomalyRuleSchema>;

export const alertSchema = byId.extend({
  rule: z.string(),
  response: responseSchema,
  message: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
});
export type Alert = z.infer<typeof alertSchema>;

/** Crossings of one operation: how many, and how many of them were refused. */
export const crossingCountsSchema = z.record(z.string(), z.object({ count: z.int(), denied: z.int() }));
export type CrossingCounts = z.infer<typeof crossingCountsSchema>;

export const securityRequests = {
  /** The last 200, the newest first. */
  'security/alerts': { params: z.object({}), result: z.object({ alerts: z.array(alertSchema) }) },
  /** Holds a sandbox: nothing of it runs and no call goes on until it is resumed. Its limits go on. */
  'sandbox/suspend': { params: byId, result: z.object({}) },
  'sandbox/resume': { params: byId, result: z.object({}) },
} as const;
