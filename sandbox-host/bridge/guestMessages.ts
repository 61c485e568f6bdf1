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

/** What is nested deeper cannot be told to a client: writing it as JSON would overflow the stack of this process. */
const DEEPEST = 500;

/** What a guest said; undefined when it is not of our language. A value that is nested too deeply is left out. */
export function parseGuestMessage(body: string): FromGuest | undefined {
  let message: FromGuest | undefined;
  try {
    message = fromGuestSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
  if (message?.t === 'done' && isDeeper(message.value, DEEPEST)) return { t: 'done' };
  if (message?.t === 'answer' && isDeeper(message.value, DEEPEST)) {
    return { t: 'answer', id: message.id, ok: false, error: `The answer is nested deeper than ${DEEPEST}.` };
  }
  return message;
}

/** Level by level, because it is as deep as a guest wants. */
function isDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item).filter((part) => typeof part === 'object') : [],
    );
  }
  return false;
}
