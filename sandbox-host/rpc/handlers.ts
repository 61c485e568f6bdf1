import type * as z from 'zod';
import { ApexError } from '../../protocol/errors.ts';
import { SANDBOX_PROTOCOL, type SandboxRequests } from '../../protocol/sandbox.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';

export type Method = keyof SandboxRequests;
export type Handlers = {
  [M in Method]: (
    params: z.output<SandboxRequests[M]['params']>,
  ) => Promise<z.input<SandboxRequests[M]['result']>> | z.input<SandboxRequests[M]['result']>;
};

/** What each request does. Parameters have passed their schema. */
export function hostHandlers(supervisor: Supervisor, shutdown: () => void): Handlers {
  return {
    'host/initialize': ({ protocol }) => {
      if (protocol !== SANDBOX_PROTOCOL) {
        throw new ApexError(
          'protocol-mismatch',
          `This sandbox host speaks protocol ${SANDBOX_PROTOCOL}, not ${protocol}.`,
          'Use the host and the client of one Apex version.',
        );
      }
      return supervisor.status();
    },
    'host/status': () => supervisor.status(),
    'host/shutdown': () => {
      // The answer leaves first.
      setImmediate(shutdown);
      return {};
    },
    'sandbox/start': async (params) => (await supervisor.start(params)).info,
    'sandbox/list': () => ({ sandboxes: supervisor.list() }),
    'sandbox/stop': ({ id }) => {
      supervisor.sandbox(id).stop();
      return {};
    },
    'sandbox/evaluate': async ({ id, code }) => {
      await supervisor.bridges.beforeAsking(id);
      return { text: await supervisor.sandbox(id).evaluate(code) };
    },
    'sandbox/readState': async ({ id }) => {
      await supervisor.bridges.beforeAsking(id);
      return supervisor.sandbox(id).readState();
    },
    'sandbox/editState': ({ id, edit }) => supervisor.state.edit(id, edit),
    'sandbox/modules': ({ id }) => supervisor.sandbox(id).plan.modules.graph(),
    'sandbox/swap': ({ id, files }) => supervisor.swap(id, files),
    'state/snapshot': ({ id, note }) => supervisor.state.snapshot(id, note),
    'state/snapshots': async ({ label }) => ({ snapshots: await supervisor.state.snapshots.list(label) }),
    'state/restore': ({ id, snapshot }) => supervisor.state.restore(id, snapshot),
    'state/forget': async ({ snapshot }) => {
      await supervisor.state.snapshots.forget(snapshot);
      return {};
    },
    'state/diff': ({ from, to }) => supervisor.state.diff(from, to),
    'state/undo': ({ id, redo }) => supervisor.state.undo(id, redo ?? false),
    'bridge/open': (spec) => supervisor.bridges.open(spec),
    'bridge/list': () => ({ bridges: supervisor.bridges.list() }),
    'bridge/sync': ({ bridge }) => supervisor.bridges.sync(bridge),
    'bridge/close': ({ bridge }) => supervisor.bridges.close(bridge),
    'hostState/read': async ({ name }) => {
      await supervisor.bridges.beforeAsking(`host:${name}`);
      return { value: await supervisor.hostStates.read(name) };
    },
    'hostState/write': async ({ name, value }) => {
      await supervisor.hostStates.write(name, value);
      return {};
    },
    'hostState/list': async () => ({ names: await supervisor.hostStates.names() }),
    'sandbox/move': ({ id, mode, confirmed }) => supervisor.move(id, mode, confirmed ?? false),
    'host/limits': (limits) => supervisor.admission.set(limits),
    'permission/list': () => ({ permissions: supervisor.gate.permissions() }),
    'permission/grant': ({ label, operation, resource, allowed, forMs }) => {
      supervisor.gate.grant(label, operation, resource, allowed, forMs);
      return {};
    },
    'permission/revoke': ({ label, operation, resource }) => ({
      revoked: supervisor.gate.revoke(label, operation, resource),
    }),
    'group/start': (spec) => supervisor.groups.start(spec),
    'group/list': () => ({ groups: supervisor.groups.list() }),
    'group/stop': ({ name }) => supervisor.groups.stop(name),
    'security/alerts': () => ({ alerts: [...supervisor.alerts.all] }),
    'sandbox/suspend': ({ id }) => {
      supervisor.sandbox(id).suspend();
      return {};
    },
    'sandbox/resume': ({ id }) => {
      supervisor.sandbox(id).resume();
      return {};
    },
    'audit/verify': () => {
      const { home, verify } = supervisor.audited;
      const chains = verify();
      return { ok: chains.every(({ ok }) => ok), folder: home, chains };
    },
    'audit/report': (query) => supervisor.audited.report(query),
    'policy/suggest': () => ({ policy: supervisor.suggestedPolicy() }),
    'host/setMode': ({ mode }) => {
      supervisor.setMode(mode);
      return supervisor.status();
    },
    'sandbox/watchState': ({ id, on }) => {
      supervisor.sandbox(id).watchState(on);
      return {};
    },
  };
}
