import * as z from 'zod';
import { operationSchema } from './operation.ts';
import { byId } from './sandboxId.ts';
import { modeSchema } from './sandboxMode.ts';

/** What a person has said to requests that the policy leaves to them. Never stronger than a denial of the policy. */
export const permissionSchema = z.object({
  label: z.string(),
  operation: operationSchema,
  resource: z.string(),
  allowed: z.boolean(),
  /** Milliseconds since the epoch; without it until the host ends. */
  until: z.number().optional(),
});
export type Permission = z.infer<typeof permissionSchema>;

/** Limits of the whole host. A sandbox beyond them is refused; those that run are left alone. */
export const hostLimitsSchema = z.object({
  sandboxes: z.int().min(1).max(100_000),
  /** Resident memory of all workers above that of empty ones, in MiB. */
  memoryMb: z
    .int()
    .min(16)
    .max(1 << 22),
});
export type HostLimits = z.infer<typeof hostLimitsSchema>;

const request = permissionSchema.pick({ label: true, operation: true, resource: true });

export const lifecycleRequests = {
  /** Moves a kept sandbox to another mode; it starts again from its declared state. From isolation to development only `confirmed`. */
  'sandbox/move': {
    params: byId.extend({ mode: modeSchema, confirmed: z.boolean().optional() }),
    result: z.object({ id: z.string(), mode: modeSchema }),
  },
  /** Sets what is given, and answers what holds. */
  'host/limits': { params: hostLimitsSchema.partial(), result: hostLimitsSchema },
  'permission/list': { params: z.object({}), result: z.object({ permissions: z.array(permissionSchema) }) },
  'permission/grant': {
    params: request.extend({
      allowed: z.boolean(),
      forMs: z
        .int()
        .min(0)
        .max(2 ** 31 - 1)
        .optional(),
    }),
    result: z.object({}),
  },
  'permission/revoke': { params: request, result: z.object({ revoked: z.boolean() }) },
} as const;
