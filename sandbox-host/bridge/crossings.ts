import * as z from 'zod';

/**
 * One crossing of a guest's boundary, as it is logged: a line of JSON each, in the order in which they happened. What goes in
 * (`boot` to `load`'s answer) and what comes out (`send`) are two streams that each have their own order; between them it is
 * the guest's, so a rerun needs no clock.
 */
export const crossingSchema = z.discriminatedUnion('t', [
  /** What the guest runtime was told before any guest code. */
  z.object({ t: z.literal('boot'), text: z.string() }),
  /** What a specifier meant in a module; absent source: known already. `path` is the file on the host, where there is one. */
  z.object({
    t: z.literal('module'),
    specifier: z.string(),
    referrer: z.string(),
    kind: z.enum(['esm', 'cjs', 'json', 'builtin', 'refused']),
    url: z.string(),
    /** What the isolate compiled. */
    source: z.string().optional(),
    /** Its lines are not those of its file. */
    moved: z.boolean().optional(),
  }),
  /** The file behind a module; written by the supervisor, which alone knows it. */
  z.object({ t: z.literal('file'), url: z.string(), path: z.string() }),
  /** The program is evaluated. */
  z.object({ t: z.literal('run'), url: z.string() }),
  /** A module that `import()` asked for is evaluated. */
  z.object({ t: z.literal('import'), id: z.number(), specifier: z.string(), referrer: z.string() }),
  /** A timer, an answer or a question. */
  z.object({ t: z.literal('enter'), kind: z.string(), text: z.string(), number: z.number() }),
  /** The guest's only way out, and the answer where it waits for one. */
  z.object({
    t: z.literal('send'),
    channel: z.string(),
    text: z.string(),
    number: z.number(),
    answer: z.string().optional(),
  }),
  /** `require` asked for a module and waited. */
  z.object({ t: z.literal('load'), specifier: z.string(), referrer: z.string(), answer: z.string() }),
  /** The log became too long here. */
  z.object({ t: z.literal('cut') }),
  /** How it ended. Exit code and text are what `apex run` gives. */
  z.object({ t: z.literal('end'), code: z.number(), text: z.string(), uncaught: z.boolean() }),
]);
export type Crossing = z.infer<typeof crossingSchema>;

/** @throws Error at a line that is no crossing */
export function parseCrossings(text: string): Crossing[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => crossingSchema.parse(JSON.parse(line)));
}
