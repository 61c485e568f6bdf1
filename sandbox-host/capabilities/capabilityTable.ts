import * as z from 'zod';
import { type Capability, type CapabilityContext, capability } from './capability.ts';
import { CapabilityError } from './capabilityError.ts';
import { channelCapabilities } from './channelCapabilities.ts';
import { fileCapabilities } from './fileCapabilities.ts';
import { networkCapabilities } from './networkCapabilities.ts';
import { processCapabilities } from './processCapabilities.ts';

const key = z.string().min(1).max(1024);
/** The system would read a name with a zero in it as another one than the policy was asked about. */
const variable = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0=]+$/);

/** Everything a guest can ask for, by name. */
const table = new Map<string, Capability<unknown>>(
  Object.entries({
    ...fileCapabilities,
    ...networkCapabilities,
    ...channelCapabilities,
    ...processCapabilities,
    'env.get': capability(z.object({ name: variable }), async ({ name }, { permit, refuseDenied }) => {
      await permit('env.read', name);
      // Windows finds a variable by any case of its name: a rule that denies one of them means all.
      if (process.platform === 'win32') {
        for (const other of Object.keys(process.env)) {
          if (other.toUpperCase() === name.toUpperCase()) refuseDenied('env.read', other);
        }
      }
      return Object.hasOwn(process.env, name) ? (process.env[name] ?? null) : null;
    }),
    'kv.get': capability(z.object({ key }), async ({ key }, { permit, store }) => {
      await permit('kv.read', key);
      return store.get(key);
    }),
    'kv.set': capability(
      z.object({ key, value: z.string().max(1 << 20), ttlMs: z.int().min(0).optional() }),
      async ({ key, value, ttlMs }, { permit, store }) => {
        await permit('kv.write', key);
        store.set(key, value, ttlMs);
      },
    ),
    'kv.delete': capability(z.object({ key }), async ({ key }, { permit, store }) => {
      await permit('kv.write', key);
      return store.delete(key);
    }),
    'kv.keys': capability(z.object({}), async (_args, { permit, store }) => {
      await permit('kv.read', '*');
      return store.keys();
    }),
  }),
);

export type CallResult = { ok: true; value: unknown } | { ok: false; error: { code: string; message: string } };

/** Does what a guest asks for, or says why not; never throws, and never tells the guest an error it was not meant to see. */
export async function performCall(name: string, args: unknown, context: CapabilityContext): Promise<CallResult> {
  const wanted = table.get(name);
  if (!wanted) return refuse('ERR_APEX_NO_CAPABILITY', `There is no "${name}" here.`);
  const checked = wanted.args.safeParse(args);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    return refuse(
      'ERR_INVALID_ARG_VALUE',
      `${name}: ${issue?.path.join('.') || 'arguments'}: ${issue?.message ?? 'wrong'}`,
    );
  }
  try {
    return { ok: true, value: (await wanted.perform(checked.data, context)) ?? null };
  } catch (error) {
    if (error instanceof CapabilityError) return refuse(error.code, error.message);
    return refuse('EIO', `${name} failed.`);
  }
}

function refuse(code: string, message: string): CallResult {
  return { ok: false, error: { code, message } };
}
