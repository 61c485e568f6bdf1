import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { operationSchema } from '../../protocol/policy.ts';
import { type GroupInfo, groupSpecSchema, modeSchema } from '../../protocol/sandbox.ts';
import { type Action, columns, textOption } from './action.ts';

export const permissionActions: Record<string, Action> = {
  move: {
    usage: 'move ID MODE [--yes]',
    words: [2, 2],
    run: async (host, [id, word], options) => {
      const mode = modeSchema.options.find((known) => known === word);
      if (!mode) throw new ApexError('wrong-use', `"${word}" is no mode.`, `Name ${modeSchema.options.join(', ')}.`);
      const result = await host.request('sandbox/move', { id: id!, mode, confirmed: options.yes === true });
      return { json: result, text: '' };
    },
  },
  permissions: {
    usage: 'permissions',
    words: [0, 0],
    run: async (host) => {
      const { permissions } = await host.request('permission/list', {});
      const rows = permissions.map(({ label, operation, resource, allowed, until }) => {
        const end = until === undefined ? 'until the host ends' : `until ${new Date(until).toISOString()}`;
        return [label, operation, resource, allowed ? 'allowed' : 'refused', end];
      });
      return { json: permissions, text: rows.length ? columns(rows) : 'No permission.\n' };
    },
  },
  grant: {
    usage: 'grant LABEL OPERATION RESOURCE [--for MS] [--deny]',
    words: [3, 3],
    run: async (host, words, options) => {
      const forMs = textOption(options, 'for');
      const params = { ...parseRequest(words), allowed: options.deny !== true, ...(forMs && { forMs: Number(forMs) }) };
      return { json: await host.request('permission/grant', params), text: '' };
    },
  },
  revoke: {
    usage: 'revoke LABEL OPERATION RESOURCE',
    words: [3, 3],
    run: async (host, words) => {
      const result = await host.request('permission/revoke', parseRequest(words));
      return { json: result, text: result.revoked ? '' : 'There was none.\n', exitCode: result.revoked ? 0 : 1 };
    },
  },
  limits: {
    usage: 'limits [--sandboxes N] [--memory MB]',
    words: [0, 0],
    run: async (host, _words, options) => {
      const sandboxes = textOption(options, 'sandboxes');
      const memory = textOption(options, 'memory');
      const limits = await host.request('host/limits', {
        ...(sandboxes !== undefined && { sandboxes: Number(sandboxes) }),
        ...(memory !== undefined && { memoryMb: Number(memory) }),
      });
      return { json: limits, text: `${limits.sandboxes} sandboxes, ${limits.memoryMb} MiB\n` };
    },
  },
  group: {
    usage: 'group FILE',
    words: [1, 1],
    run: async (host, [file]) => {
      const group = await host.request('group/start', readGroup(file!));
      return { json: group, text: groupText(group) };
    },
  },
  groups: {
    usage: 'groups',
    words: [0, 0],
    run: async (host) => {
      const { groups } = await host.request('group/list', {});
      return { json: groups, text: groups.map(groupText).join('') || 'No group.\n' };
    },
  },
  ungroup: {
    usage: 'ungroup NAME',
    words: [1, 1],
    run: async (host, [name]) => ({ json: await host.request('group/stop', { name: name! }), text: '' }),
  },
};

function parseRequest([label, word, resource]: string[]) {
  const operation = operationSchema.options.find((known) => known === word);
  if (operation) return { label: label!, operation, resource: resource! };
  throw new ApexError('wrong-use', `"${word}" is no operation.`, `Name ${operationSchema.options.join(', ')}.`);
}

/** Files of children are named relative to the file of the group. */
function readGroup(file: string) {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApexError('group-invalid', `${file} cannot be read: ${reason}.`, 'docs/sandbox.md describes groups.');
  }
  const parsed = groupSpecSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const message = `${file}: ${issue?.path.join('.') || 'the group'}: ${issue?.message ?? 'wrong'}.`;
    throw new ApexError('group-invalid', message, 'docs/sandbox.md describes groups.');
  }
  const place = (path: string) => resolve(dirname(file), path);
  const children = parsed.data.children.map((child) => ({
    ...child,
    file: place(child.file),
    ...(child.policy !== undefined && { policy: place(child.policy) }),
  }));
  return { ...parsed.data, children };
}

function groupText({ name, strategy, status, restarts, children, problem }: GroupInfo): string {
  const head = `${name}  ${strategy}  ${status}  ${restarts} restarts${problem ? `  ${problem}` : ''}\n`;
  return head + columns(children.map((child) => [`  ${child.name}`, child.sandbox ?? '-', `${child.starts} starts`]));
}
