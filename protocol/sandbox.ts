import * as z from 'zod';
import { operationSchema } from './operation.ts';
import { auditRequests } from './sandboxAudit.ts';
import { bridgeNotifications, bridgeRequests } from './sandboxBridge.ts';
import { byId, sandboxIdSchema } from './sandboxId.ts';
import { lifecycleRequests } from './sandboxLifecycle.ts';
import { type Mode, modeSchema } from './sandboxMode.ts';
import { moduleRequests, scanSeveritySchema } from './sandboxModules.ts';
import { alertSchema, crossingCountsSchema, securityRequests } from './sandboxSecurity.ts';
import { stateRequests } from './sandboxState.ts';
import { editSchema, stateDocumentSchema } from './stateDocument.ts';

/** Raised when a message changes its meaning; both sides compare it in `host/initialize`. */
export const SANDBOX_PROTOCOL = 1;

export { type Mode, modeSchema };

const milliseconds = z.int().min(0).max(86_400_000);

/** Limits of one sandbox. Times are milliseconds, 0 means no limit; memory is MiB. */
export const limitsSchema = z.object({
  /** From the start of the program to its end. */
  wallMs: milliseconds,
  /** Longest stretch in which the program does not let go of its thread. */
  turnMs: milliseconds,
  /** CPU time of the program over its whole life. */
  cpuMs: milliseconds,
  memoryMb: z.int().min(8).max(8192),
  /** Bytes that console may print. */
  outputBytes: z
    .int()
    .min(0)
    .max(1 << 30),
  /** Calls to capabilities that may wait for an answer at one time. */
  pendingCalls: z.int().min(1).max(10_000),
});
export type Limits = z.infer<typeof limitsSchema>;

export const usageSchema = z.object({ wallMs: z.number(), cpuMs: z.number(), memoryMb: z.number() });
export type Usage = z.infer<typeof usageSchema>;

/** Why a sandbox did not end well. `uncaught` is the program's own error; every other code is the host's doing. */
export const failureSchema = z.object({
  code: z.enum([
    'timeout',
    'cpu-limit',
    'memory-limit',
    'output-limit',
    'call-limit',
    'uncaught',
    'syntax-error',
    'module-refused',
    'module-not-found',
    'worker-lost',
    'anomaly',
    'stopped',
  ]),
  message: z.string(),
  advice: z.string().optional(),
  /** The guest's own stack; names files as the guest sees them, never as the host does. */
  stack: z.string().optional(),
});
export type Failure = z.infer<typeof failureSchema>;

export const outcomeSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown().optional(), usage: usageSchema }),
  z.object({ ok: z.literal(false), failure: failureSchema, usage: usageSchema }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

export const sandboxInfoSchema = z.object({
  id: sandboxIdSchema,
  label: z.string(),
  file: z.string(),
  mode: modeSchema,
  limits: limitsSchema,
  status: z.enum(['starting', 'running', 'idle', 'ended']),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  /** How often its worker was lost and it went on from its last checkpoint in another. */
  restarts: z.int(),
  usage: usageSchema,
  /** Crossings so far, by operation; none: it has asked for nothing. */
  crossings: crossingCountsSchema.optional(),
  /** How many anomalies were found that somebody should look at. */
  alerts: z.int().optional(),
  suspended: z.boolean().optional(),
  outcome: outcomeSchema.optional(),
});
export type SandboxInfo = z.infer<typeof sandboxInfoSchema>;

export const hostStatusSchema = z.object({
  protocol: z.number(),
  node: z.string(),
  /** What stands between a worker and the machine besides V8: said as it is, also when it is nothing. */
  osSandbox: z.object({ kind: z.enum(['bubblewrap', 'none']), detail: z.string() }),
  mode: modeSchema,
  workers: z.int(),
  sandboxes: z.int(),
});
export type HostStatus = z.infer<typeof hostStatusSchema>;

export const startSchema = z.object({
  /** Absolute path of the program. */
  file: z.string().min(1).max(4096),
  label: z.string().max(200).optional(),
  mode: modeSchema.optional(),
  limits: limitsSchema.partial().optional(),
  /** Keeps the sandbox when its program has nothing left to do, so that it can be asked and edited. */
  keep: z.boolean().optional(),
  /** Absolute path of an `apex.policy.json`; without one the mode's defaults hold. */
  policy: z.string().max(4096).optional(),
  /** Allows what no rule denies and notes it for `policy/suggest`. */
  audit: z.boolean().optional(),
  /** Analyses modules before they are loaded; one with a finding of this severity or worse is refused. */
  scan: scanSeveritySchema.optional(),
  /**
   * Absolute path of a file that gets the crossings of its boundary, for a rerun: a line of JSON each.
   * Not with `keep`.
   */
  record: z.string().max(4096).optional(),
  /** Runs this text as the program, in the place of `file` and with its type (a selection of the editor). */
  source: z
    .string()
    .max(1 << 20)
    .optional(),
});
export type StartParams = z.infer<typeof startSchema>;

/** What a person says to a request that the policy leaves to them. */
export const permissionAnswerSchema = z.enum(['once', 'quarter-hour', 'session', 'always', 'never', 'not-now']);
export type PermissionAnswer = z.infer<typeof permissionAnswerSchema>;

/** OTP's supervision: which children are started again when one of them ends badly. */
export const groupSpecSchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** one_for_one: that child; one_for_all: all; rest_for_one: that one and those after it. */
  strategy: z.enum(['one_for_one', 'one_for_all', 'rest_for_one']).default('one_for_one'),
  /** More restarts than `maxRestarts` in `withinMs` end the group. */
  maxRestarts: z.int().min(0).max(1000).default(3),
  withinMs: z.int().min(1).max(86_400_000).default(60_000),
  /** Started in this order, stopped in the reverse. */
  children: z
    .array(
      startSchema.omit({ keep: true }).extend({
        name: z.string().min(1).max(100),
        /** permanent: started again whenever it ends; transient: when it ended badly; temporary: never. */
        restart: z.enum(['permanent', 'transient', 'temporary']).default('transient'),
      }),
    )
    .min(1)
    .max(100),
});
export type GroupSpec = z.infer<typeof groupSpecSchema>;

export const groupInfoSchema = z.object({
  name: z.string(),
  strategy: z.string(),
  status: z.enum(['running', 'ended', 'failed']),
  restarts: z.int(),
  children: z.array(z.object({ name: z.string(), sandbox: sandboxIdSchema.optional(), starts: z.int() })),
  problem: z.string().optional(),
});
export type GroupInfo = z.infer<typeof groupInfoSchema>;
const byGroup = z.object({ name: z.string() });

const none = z.object({});

/** Every request of the sandbox host: method, parameters, result. Both sides validate both with these schemas. */
export const sandboxRequests = {
  'host/initialize': { params: z.object({ protocol: z.number() }), result: hostStatusSchema },
  'host/status': { params: none, result: hostStatusSchema },
  /** Ends the host and every sandbox of it, for all its clients. */
  'host/shutdown': { params: none, result: none },
  'sandbox/start': { params: startSchema, result: sandboxInfoSchema },
  'sandbox/list': { params: none, result: z.object({ sandboxes: z.array(sandboxInfoSchema) }) },
  'sandbox/stop': { params: byId, result: none },
  'sandbox/evaluate': {
    params: byId.extend({ code: z.string().max(1 << 20) }),
    result: z.object({ text: z.string() }),
  },
  'sandbox/readState': { params: byId, result: stateDocumentSchema },
  'sandbox/editState': { params: byId.extend({ edit: editSchema }), result: stateDocumentSchema },
  ...moduleRequests,
  ...stateRequests,
  ...bridgeRequests,
  ...lifecycleRequests,
  ...securityRequests,
  ...auditRequests,
  /** While on, `sandbox/stateChanged` follows every change of declared state (at most ten times a second). */
  'sandbox/watchState': { params: byId.extend({ on: z.boolean() }), result: none },
  /** The smallest policy that allows what audit mode let through so far, as the text of a policy file. */
  'policy/suggest': { params: none, result: z.object({ policy: z.string() }) },
  'group/start': { params: groupSpecSchema, result: groupInfoSchema },
  'group/list': { params: none, result: z.object({ groups: z.array(groupInfoSchema) }) },
  'group/stop': { params: byGroup, result: groupInfoSchema },
  /** Mode of sandboxes that do not name one. */
  'host/setMode': { params: z.object({ mode: modeSchema }), result: hostStatusSchema },
} as const;
export type SandboxRequests = typeof sandboxRequests;

/** What the host asks of its client. A client that does not answer is a person who is not there: nothing is allowed. */
export const clientRequests = {
  'client/askPermission': {
    params: byId.extend({ label: z.string(), operation: z.string(), resource: z.string(), mode: modeSchema }),
    result: z.object({ answer: permissionAnswerSchema }),
  },
} as const;
export type ClientRequests = typeof clientRequests;

/** Every notification from the host. */
export const sandboxNotifications = {
  ...bridgeNotifications,
  'sandbox/output': byId.extend({ stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  'sandbox/changed': z.object({ sandbox: sandboxInfoSchema }),
  'sandbox/stateChanged': byId.extend({ state: stateDocumentSchema }),
  'sandbox/ended': byId.extend({ outcome: outcomeSchema }),
  /** A crossing of a sandbox's boundary: what it asked for and what came of it. */
  'sandbox/crossing': byId.extend({ operation: z.string(), resource: z.string(), outcome: z.string() }),
  /** A sandbox does what a rule calls an anomaly; the response has been given. */
  'security/alert': alertSchema,
  /** A group has restarted children, ended or failed. */
  'group/changed': z.object({ group: groupInfoSchema }),
  /** A sandbox was refused something of which no rule speaks: a rule could allow it. */
  'policy/refused': byId.extend({
    label: z.string(),
    operation: operationSchema,
    resource: z.string(),
    /** The pattern that only this resource matches, for the rule. */
    pattern: z.string(),
  }),
  /** A policy file was loaded again, or could not be. */
  'policy/changed': z.object({ reloaded: z.boolean(), message: z.string() }),
} as const;
export type SandboxNotifications = typeof sandboxNotifications;
export type Refusal = z.infer<SandboxNotifications['policy/refused']>;
