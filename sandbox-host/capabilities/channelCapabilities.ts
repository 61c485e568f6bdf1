import * as z from 'zod';
import { capability } from './capability.ts';

const name = z.string().min(1).max(200);

/** Messages are texts here; the guest makes JSON of them. */
export const channelCapabilities = {
  'channel.subscribe': capability(z.object({ name }), async ({ name }, { permit, channels, id }) => {
    await permit('channel.receive', name);
    channels.subscribe(name, id);
  }),
  'channel.receive': capability(z.object({ name }), async ({ name }, { refuseDenied, channels, id }) => {
    // The policy may have changed since it subscribed.
    refuseDenied('channel.receive', name);
    return channels.receive(name, id);
  }),
  'channel.unsubscribe': capability(z.object({ name }), async ({ name }, { channels, id }) =>
    channels.unsubscribe(name, id),
  ),
  'channel.send': capability(
    z.object({ name, message: z.string().max(1 << 20) }),
    async ({ name, message }, { permit, channels, id }) => {
      await permit('channel.send', name);
      return channels.send(name, id, message);
    },
  ),
};
