import * as z from 'zod';

const tally = { operation: z.string(), count: z.int() };

/** What is found of one chain: hosts that run at the same time write one each. */
export const auditVerdictSchema = z.object({
  chain: z.string(),
  ok: z.boolean(),
  lines: z.int(),
  /** Older lines that are gone because the log had become too long: the chain itself says so. */
  dropped: z.int().optional(),
  /** The first line that was changed, removed, added or moved: `audit-000001.jsonl:17: ...`. */
  fault: z.string().optional(),
  /** Hash of the last good line. */
  head: z.string(),
});
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;

export const auditReportSchema = z.object({
  entries: z.int(),
  /** ISO times of the first and the last entry. */
  from: z.string().optional(),
  to: z.string().optional(),
  byOperation: z.array(z.object({ ...tally, outcome: z.string() })),
  byActor: z.array(z.object({ actor: z.string(), count: z.int(), denied: z.int() })),
  denied: z.array(z.object({ ...tally, resource: z.string() })),
});
export type AuditReportInfo = z.infer<typeof auditReportSchema>;

export const auditRequests = {
  /** Looks at every chain in the folder of this host's log, with what it has written until now. */
  'audit/verify': {
    params: z.object({}),
    result: z.object({ ok: z.boolean(), folder: z.string(), chains: z.array(auditVerdictSchema) }),
  },
  /** Counts what fits: times as ISO texts, the operation by its beginning. */
  'audit/report': {
    params: z.object({
      since: z.string().max(40).optional(),
      until: z.string().max(40).optional(),
      actor: z.string().max(200).optional(),
      operation: z.string().max(200).optional(),
      outcome: z.string().max(40).optional(),
    }),
    result: auditReportSchema,
  },
} as const;
