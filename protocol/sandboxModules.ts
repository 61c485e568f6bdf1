import * as z from 'zod';
import { byId } from './sandboxId.ts';

export const scanSeveritySchema = z.enum(['low', 'medium', 'high', 'critical']);
export type ScanSeverity = z.infer<typeof scanSeveritySchema>;

/** One finding of the security analysis in a module that was to be loaded. */
export const moduleFindingSchema = z.object({
  rule: z.string(),
  severity: scanSeveritySchema,
  message: z.string(),
  /** Counted from 1. */
  line: z.int(),
});
export type ModuleFinding = z.infer<typeof moduleFindingSchema>;

export const moduleInfoSchema = z.object({
  /** As the guest names it: `/app/cart.ts`. */
  url: z.string(),
  kind: z.enum(['esm', 'cjs', 'json', 'builtin']),
  /** 1 as it was loaded first, one more for each time that it was replaced. */
  version: z.int(),
  /** SHA-256 of its text, the first 16 hex digits; none for built-in modules. */
  hash: z.string().optional(),
  /** Length of its text in UTF-16 units. */
  size: z.int().optional(),
  /** The package that it belongs to, as `name@version`. */
  package: z.string().optional(),
  /** What it imports, by guest name. */
  imports: z.array(z.string()),
  /** What the scan before loading found, where there was one. */
  findings: z.array(moduleFindingSchema).optional(),
});
export type ModuleInfo = z.infer<typeof moduleInfoSchema>;

export const moduleGraphSchema = z.object({
  modules: z.array(moduleInfoSchema),
  /** Modules that import each other, each circle once, in the order of its imports. */
  cycles: z.array(z.array(z.string())),
});
export type ModuleGraphInfo = z.infer<typeof moduleGraphSchema>;

export const swapResultSchema = z.object({
  swapped: z.array(z.object({ url: z.string(), version: z.int() })),
  /** Exports that a new version no longer has, as `url: name`: who imported one keeps its last value. */
  removed: z.array(z.string()),
  /** Clean-ups (`import.meta.hot.dispose`) that threw. */
  problems: z.array(z.string()),
});
export type SwapResult = z.infer<typeof swapResultSchema>;

export const moduleRequests = {
  'sandbox/modules': { params: byId, result: moduleGraphSchema },
  /** Replaces modules while the program runs, all or none. Without `files` every module whose file has changed. */
  'sandbox/swap': {
    params: byId.extend({ files: z.array(z.string().min(1).max(4096)).max(1000).optional() }),
    result: swapResultSchema,
  },
} as const;
