import * as z from 'zod';

/** Everything that a policy can allow or deny: what a sandbox may ask of the world. */
export const operationSchema = z.enum([
  'fs.read',
  'fs.write',
  'net.request',
  'env.read',
  'kv.read',
  'kv.write',
  'module.load',
  'channel.send',
  'channel.receive',
  'process.run',
]);
export type Operation = z.infer<typeof operationSchema>;
