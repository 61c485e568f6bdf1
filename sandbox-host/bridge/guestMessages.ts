import * as z from 'zod';

/** What a guest may say. It is parsed in the supervisor and believed in nothing. */
export const fromGuestSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('log'), stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({ t: z.literal('call'), id: z.int().min(1), op: z.string().max(100), args: z.unknown().optional() }),
  z.object({ t: z.literal('done'), value: z.unknown().optional() }),
  z.object({
    t: z.literal('answer'),
    id: z.int().min(1),
    ok: z.boolean(),
    value: z.unknown().optional(),
    error: z.string().max(20_000).optional(),
  }),
]);
export type FromGuest = z.infer<typeof fromGuestSchema>;

/** What a guest said; undefined when it is not of our language. */
export function parseGuestMessage(body: string): FromGuest | undefined {
  try {
    return fromGuestSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
