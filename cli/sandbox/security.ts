import { type Action, columns } from './action.ts';

export const securityActions: Record<string, Action> = {
  alerts: {
    usage: 'alerts',
    words: [0, 0],
    run: async (host) => {
      const { alerts } = await host.request('security/alerts', {});
      const rows = alerts.map(({ id, at, response, message }) => [new Date(at).toISOString(), id, response, message]);
      return { json: alerts, text: rows.length ? columns(rows) : 'No alert.\n' };
    },
  },
  suspend: {
    usage: 'suspend ID',
    words: [1, 1],
    run: async (host, [id]) => ({ json: await host.request('sandbox/suspend', { id: id! }), text: '' }),
  },
  resume: {
    usage: 'resume ID',
    words: [1, 1],
    run: async (host, [id]) => ({ json: await host.request('sandbox/resume', { id: id! }), text: '' }),
  },
};
