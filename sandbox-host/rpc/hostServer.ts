import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import type * as z from 'zod';
import { toErrorReport } from '../../protocol/errors.ts';
import { operationSchema, type PolicyRequest } from '../../protocol/policy.ts';
import {
  clientRequests,
  type PermissionAnswer,
  type SandboxNotifications,
  type SandboxRequests,
  sandboxRequests,
} from '../../protocol/sandbox.ts';
import { exactPattern } from '../policy/patterns.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { type Handlers, hostHandlers, type Method } from './handlers.ts';

/** JSON-RPC's own code for an error of the application; the report with code and advice is in `data`. */
const APPLICATION_ERROR = -32000;
const INVALID_PARAMS = -32602;

/**
 * The sandbox protocol over one supervisor, for any number of clients: everybody hears of everything, and whoever started a
 * sandbox is asked about it.
 */
export class HostServer {
  readonly supervisor: Supervisor;
  readonly #clients = new Set<MessageConnection>();
  readonly #owners = new Map<string, MessageConnection>();

  readonly #shutdown: () => void;

  /** @param shutdown ends the program, when a client asks for it */
  constructor(shutdown: () => void) {
    this.#shutdown = shutdown;
    this.supervisor = new Supervisor({
      output: (id, stream, text) => this.#notify('sandbox/output', { id, stream, text }),
      changed: (sandbox) => this.#notify('sandbox/changed', { sandbox }),
      stateChanged: (id, state) => this.#notify('sandbox/stateChanged', { id, state }),
      ended: (id, outcome) => {
        this.#owners.delete(id);
        this.#notify('sandbox/ended', { id, outcome });
      },
      crossing: ({ actor, operation, resource, outcome }) => {
        // Audit knows more than crossings: starts, edits, swaps.
        if (resource !== undefined && operationSchema.safeParse(operation).success) {
          this.#notify('sandbox/crossing', { id: actor, operation, resource, outcome });
        }
      },
      refused: ({ id, label, operation, resource }) =>
        this.#notify('policy/refused', { id, label, operation, resource, pattern: exactPattern(resource) }),
      policyChanged: (event) => this.#notify('policy/changed', event),
      alert: (alert) => this.#notify('security/alert', alert),
      groupChanged: (group) => this.#notify('group/changed', { group }),
      bridgeChanged: (bridge) => this.#notify('bridge/changed', { bridge }),
      hostStateChanged: (name, keys) => this.#notify('hostState/changed', { name, keys }),
      ask: (request) => this.#ask(request),
    });
  }

  /** Serves one client until its connection closes. */
  serve(connection: MessageConnection, onClose: () => void): void {
    const handlers = hostHandlers(this.supervisor, this.#shutdown);
    for (const method of Object.keys(sandboxRequests) as Method[]) {
      connection.onRequest(method, async (params: unknown) => {
        const result = await answer(handlers, method, params);
        if (method === 'sandbox/start') this.#owners.set((result as { id: string }).id, connection);
        return result;
      });
    }
    connection.onClose(() => {
      this.#clients.delete(connection);
      onClose();
    });
    this.#clients.add(connection);
    connection.listen();
  }

  #notify<N extends keyof SandboxNotifications>(method: N, params: z.input<SandboxNotifications[N]>): void {
    // A client that is going away hears nothing more; its close event follows.
    for (const client of this.#clients) void client.sendNotification(method, params).catch(() => {});
  }

  /** A client that has gone is a person who is not there: nothing is allowed. */
  async #ask({ id, label, operation, resource, mode }: PolicyRequest & { id: string }): Promise<PermissionAnswer> {
    const owner = this.#owners.get(id);
    if (!owner || !this.#clients.has(owner)) return 'not-now';
    const { params, result } = clientRequests['client/askPermission'];
    const question = params.parse({ id, label, operation, resource, mode });
    return result.parse(await owner.sendRequest('client/askPermission', question)).answer;
  }
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
