import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import type * as z from 'zod';
import { ApexError, toErrorReport } from '../../protocol/errors.ts';
import {
  clientRequests,
  SANDBOX_PROTOCOL,
  type SandboxNotifications,
  type SandboxRequests,
  sandboxRequests,
} from '../../protocol/sandbox.ts';
import { Supervisor } from '../supervisor/supervisor.ts';

type Method = keyof SandboxRequests;
type Handlers = {
  [M in Method]: (
    params: z.output<SandboxRequests[M]['params']>,
  ) => Promise<z.input<SandboxRequests[M]['result']>> | z.input<SandboxRequests[M]['result']>;
};

/** JSON-RPC's own code for an error of the application; the report with code and advice is in `data`. */
const APPLICATION_ERROR = -32000;
const INVALID_PARAMS = -32602;

/** Speaks the sandbox protocol on `connection` until it closes; `onClose` is called then. */
export function serveHost(connection: MessageConnection, onClose: () => void): Supervisor {
  const notify = <N extends keyof SandboxNotifications>(method: N, params: z.input<SandboxNotifications[N]>) =>
    void connection.sendNotification(method, params);
  const supervisor = new Supervisor({
    output: (id, stream, text) => notify('sandbox/output', { id, stream, text }),
    changed: (sandbox) => notify('sandbox/changed', { sandbox }),
    stateChanged: (id, state) => notify('sandbox/stateChanged', { id, state }),
    ended: (id, outcome) => notify('sandbox/ended', { id, outcome }),
    crossing: ({ actor, operation, resource, outcome }) => {
      if (actor.startsWith('sandbox-') && resource !== undefined && !operation.startsWith('sandbox.')) {
        notify('sandbox/crossing', { id: actor, operation, resource, outcome });
      }
    },
    policyChanged: (event) => notify('policy/changed', event),
    ask: async ({ id, label, operation, resource, mode }) => {
      const { params, result } = clientRequests['client/askPermission'];
      const question = params.parse({ id, label, operation, resource, mode });
      return result.parse(await connection.sendRequest('client/askPermission', question)).answer;
    },
  });
  const handlers = hostHandlers(supervisor);
  for (const method of Object.keys(sandboxRequests) as Method[]) {
    connection.onRequest(method, (params: unknown) => answer(handlers, method, params));
  }
  connection.onClose(() => {
    supervisor.close();
    onClose();
  });
  connection.listen();
  return supervisor;
}

async function answer<M extends Method>(handlers: Handlers, method: M, params: unknown): Promise<unknown> {
  const checked = sandboxRequests[method].params.safeParse(params ?? {});
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const message = `${method}: ${issue?.path.join('.') || 'parameters'}: ${issue?.message ?? 'wrong'}`;
    throw new ResponseError(INVALID_PARAMS, message, { code: 'wrong-parameters', message });
  }
  try {
    return await handlers[method](checked.data as z.output<SandboxRequests[M]['params']>);
  } catch (thrown) {
    const report = toErrorReport(thrown);
    throw new ResponseError(APPLICATION_ERROR, report.message, report);
  }
}

function hostHandlers(supervisor: Supervisor): Handlers {
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
    'sandbox/start': async (params) => (await supervisor.start(params)).info,
    'sandbox/list': () => ({ sandboxes: supervisor.list() }),
    'sandbox/stop': ({ id }) => {
      supervisor.sandbox(id).stop();
      return {};
    },
    'sandbox/evaluate': async ({ id, code }) => ({ text: await supervisor.sandbox(id).evaluate(code) }),
    'sandbox/readState': ({ id }) => supervisor.sandbox(id).readState(),
    'sandbox/editState': ({ id, edit }) => supervisor.sandbox(id).editState(edit),
    'sandbox/modules': ({ id }) => supervisor.sandbox(id).plan.modules.graph(),
    'sandbox/swap': ({ id, files }) => supervisor.swap(id, files),
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
