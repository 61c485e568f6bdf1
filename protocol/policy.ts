import * as z from 'zod';
import { type Operation, operationSchema } from './operation.ts';
import { limitsSchema, modeSchema } from './sandbox.ts';
import { scanSeveritySchema } from './sandboxModules.ts';
import { anomalyRuleSchema } from './sandboxSecurity.ts';

export { type Operation, operationSchema };

export const ruleSchema = z.strictObject({
  effect: z.enum(['allow', 'deny', 'ask']).describe('deny wins over allow, allow over ask'),
  operations: z
    .array(
      z.union([operationSchema, z.enum(['*', 'fs.*', 'net.*', 'env.*', 'kv.*', 'module.*', 'channel.*', 'process.*'])]),
    )
    .min(1)
    .describe('What the sandbox wants to do'),
  resources: z
    .array(z.string().min(1).max(2048))
    .min(1)
    .optional()
    .describe(
      'Patterns: * is anything but a slash, ** is anything. Files are named as the program sees them (/app/...) or relative to it; requests as "GET https://host/path" or without the method. Default: everything',
    ),
  modes: z.array(modeSchema).min(1).optional().describe('Modes the rule is for. Default: all'),
  labels: z.array(z.string().min(1)).min(1).optional().describe('Patterns for the label of the sandbox. Default: all'),
  reason: z.string().max(500).optional().describe('Shown when the rule decides'),
});
export type PolicyRule = z.infer<typeof ruleSchema>;

const severitySchema = z.enum(['low', 'medium', 'high', 'critical']);

/** What the security analysis holds a project to. */
export const analysisPolicySchema = z.strictObject({
  rules: z
    .record(z.string().min(1), z.enum(['off', ...severitySchema.options]))
    .optional()
    .describe('Rules by their id: turned off, or with another severity'),
  failOn: severitySchema.optional().describe('`apex scan` fails for findings of this severity or worse. Default: low'),
  forbiddenModules: z
    .array(z.string().min(1))
    .optional()
    .describe('Patterns of modules that must not be imported, besides those that sandboxes must not load'),
  forbiddenApis: z
    .record(z.string().min(1), z.string().max(500))
    .optional()
    .describe('Functions that must not be called, by their name in models (child_process.exec, eval), and why'),
});
export type AnalysisPolicy = z.infer<typeof analysisPolicySchema>;

/** The file `apex.policy.json`. */
export const policySchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  extends: z
    .array(z.string().min(1))
    .optional()
    .describe('Policies, relative to this file, whose rules and limits hold too'),
  audit: z
    .boolean()
    .optional()
    .describe('Allow what no rule denies, note it, and suggest the smallest policy afterwards'),
  limits: z
    .partialRecord(modeSchema, limitsSchema.partial())
    .optional()
    .describe('Upper bounds per mode; the tightest of all policies holds'),
  forbiddenModules: z.array(z.string().min(1)).optional().describe('Patterns of modules that are never loaded'),
  scan: scanSeveritySchema
    .optional()
    .describe('Analyse modules before they are loaded; one with a finding of this severity or worse is refused'),
  anomalies: z
    .array(anomalyRuleSchema)
    .optional()
    .describe('What counts as an anomaly, and the response; one with the name of a default replaces it'),
  programs: z
    .record(z.string().min(1).max(100), z.string().regex(/^(\/|[A-Za-z]:[\\/])/, 'is no absolute path'))
    .optional()
    .describe('Programs that process.run may start, by name, and their absolute paths'),
  analysis: analysisPolicySchema.optional().describe('What the security analysis holds the project to'),
  keepStore: z.boolean().optional().describe('Stored values outlive the host'),
  rules: z.array(ruleSchema).optional(),
});
export type Policy = z.infer<typeof policySchema>;

/** One thing that a sandbox wants to do. */
export interface PolicyRequest {
  operation: Operation;
  /** A file as the guest names it, `METHOD URL`, a variable, a key, a module. */
  resource: string;
  mode: z.infer<typeof modeSchema>;
  label: string;
}

export interface Decision {
  effect: 'allow' | 'deny' | 'ask';
  /** Why, in one sentence. */
  reason: string;
  /** The rule that decided and the file it stands in; none when the default did. */
  rule?: PolicyRule;
  source?: string;
  /** True when no rule spoke and the mode's default decided. */
  byDefault?: boolean;
  /** True when only audit mode allowed it. */
  audited?: boolean;
}
