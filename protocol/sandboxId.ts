import * as z from 'zod';

export const sandboxIdSchema = z.string().regex(/^[a-z0-9-]{1,64}$/);
/** Parameters of a request about one sandbox. */
export const byId = z.object({ id: sandboxIdSchema });
