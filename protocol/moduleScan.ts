import * as z from 'zod';
import { moduleFindingSchema } from './sandboxModules.ts';

/** One line to the module scanner (`moduleScanner.mjs`): analyse `text` as the file `path`. */
export const scanRequestSchema = z.object({ id: z.int(), path: z.string(), text: z.string() });
export type ScanRequest = z.infer<typeof scanRequestSchema>;

/** One line from it. `error` when the text could not be analysed. */
export const scanAnswerSchema = z.object({
  id: z.int(),
  findings: z.array(moduleFindingSchema).optional(),
  error: z.string().optional(),
});
export type ScanAnswer = z.infer<typeof scanAnswerSchema>;
