import * as z from 'zod';

/** A value inside a state document: primitives as they are, what JSON cannot say as a tagged object, objects by place in the heap. */
export const stateValueSchema = z.union([
  z.null(),
  z.boolean(),
  z.number(),
  z.string(),
  z.object({ ref: z.int().min(0) }),
  z.object({ special: z.enum(['undefined', 'NaN', 'Infinity', '-Infinity', '-0']) }),
  z.object({ bigint: z.string().regex(/^-?\d+$/) }),
  /** Something that is shown but cannot be kept or edited: a function, a symbol, a promise. */
  z.object({ opaque: z.string() }),
]);
export type StateValue = z.infer<typeof stateValueSchema>;

export const stateNodeSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('object'),
    className: z.string().optional(),
    entries: z.array(z.tuple([z.string(), stateValueSchema])),
  }),
  z.object({ type: z.literal('array'), items: z.array(stateValueSchema) }),
  z.object({ type: z.literal('map'), entries: z.array(z.tuple([stateValueSchema, stateValueSchema])) }),
  z.object({ type: z.literal('set'), items: z.array(stateValueSchema) }),
  z.object({ type: z.literal('date'), time: z.number().nullable() }),
  z.object({ type: z.literal('regexp'), source: z.string(), flags: z.string() }),
  z.object({ type: z.literal('error'), name: z.string(), message: z.string() }),
  z.object({ type: z.literal('bytes'), className: z.string(), base64: z.string() }),
]);
export type StateNode = z.infer<typeof stateNodeSchema>;

/** The declared state of one sandbox: named roots over a heap, so that shared objects and cycles survive. */
export const stateDocumentSchema = z.object({
  roots: z.record(z.string(), stateValueSchema),
  heap: z.array(stateNodeSchema),
});
export type StateDocument = z.infer<typeof stateDocumentSchema>;

/** The name of a declared state, then one step per level: a property name, or the position of an item, map value or set member. */
export const statePathSchema = z
  .array(z.union([z.string(), z.int().min(0)]))
  .min(1)
  .max(200);
export type StatePath = z.infer<typeof statePathSchema>;

export const editSchema = z.object({
  path: statePathSchema,
  /** New primitive value: edits replace leaves, so a whole object never travels in by this way. */
  value: stateValueSchema,
  /** What the editor showed; when the program has changed it meanwhile the edit is refused. */
  expected: stateValueSchema.optional(),
});
export type StateEdit = z.infer<typeof editSchema>;
