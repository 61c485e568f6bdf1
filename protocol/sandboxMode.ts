import * as z from 'zod';

export const modeSchema = z.enum(['isolation', 'development', 'hybrid']);
export type Mode = z.infer<typeof modeSchema>;
