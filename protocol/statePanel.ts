import * as z from 'zod';
import { sandboxInfoSchema } from './sandbox.ts';
import { editSchema, stateDocumentSchema, statePathSchema } from './stateDocument.ts';

/** What the state panel asks of the extension. */
export const fromPanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('edit'), edit: editSchema }),
  z.object({ type: z.literal('run') }),
  z.object({ type: z.literal('stop') }),
]);
export type FromPanel = z.infer<typeof fromPanelSchema>;

/** What the extension tells the state panel. */
export const toPanelSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('state'),
    sandbox: sandboxInfoSchema.optional(),
    state: stateDocumentSchema.optional(),
  }),
  z.object({ type: z.literal('edited'), path: statePathSchema, error: z.string().optional() }),
]);
export type ToPanel = z.infer<typeof toPanelSchema>;
