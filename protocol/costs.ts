import * as z from 'zod';

const costSchema = z.object({
  name: z.string(),
  file: z.string(),
  line: z.number(),
  column: z.number(),
  calls: z.number(),
  /** The first point in the range. */
  first: z.string(),
  /** The call with the most statements, what it called included. */
  longest: z.object({ statements: z.number(), point: z.string() }),
  /** Statements: of its own, and with what it called. */
  self: z.number(),
  total: z.number(),
});

const rangeShape = { from: z.string(), to: z.string(), statements: z.number() };

/** Answer of the request `apex/profile`: time per function in a range; milliseconds of processor time. */
export const profileSchema = z.object({
  ...rangeShape,
  ms: z.number(),
  outsideMs: z.number(),
  samples: z.number(),
  /** The most expensive first. */
  functions: z.array(costSchema.extend({ selfMs: z.number(), totalMs: z.number() })),
  /** The longest stretches in which a call ran: depth, index in `functions`, first and last point, and their times. */
  spans: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])),
});
export type Profile = z.infer<typeof profileSchema>;

/** Answer of the request `apex/callTree`: depth first, the most expensive of each caller first. */
export const callTreeSchema = z.object({
  ...rangeShape,
  nodes: z.array(
    costSchema.extend({
      id: z.number(),
      parent: z.number().optional(),
      /** It has calls of its own callees too: what goes back to a caller counts there, not in `total` between. */
      recursive: z.literal(true).optional(),
      /** Not a function: deeper calls of its parent, which would be paths too many. It has the parent's place. */
      folded: z.literal(true).optional(),
    }),
  ),
  /** How many calls such lines have together. */
  folded: z.number().optional(),
});
export type CallTree = z.infer<typeof callTreeSchema>;
