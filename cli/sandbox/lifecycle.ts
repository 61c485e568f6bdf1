import { resolve } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { modeSchema, type SandboxInfo } from '../../protocol/sandbox.ts';
import { scanSeveritySchema } from '../../protocol/sandboxModules.ts';
import { type Action, choiceOption, columns, textOption } from './action.ts';

export const lifecycleActions: Record<string, Action> = {
  list: {
    usage: 'list',
    words: [0, 0],
    run: async (host) => {
      const { sandboxes } = await host.request('sandbox/list', {});
      const rows = sandboxes.map(({ id, label, mode, status, usage }) => [
        ...[id, label, mode, status],
        ...[`${usage.cpuMs} ms CPU`, `${usage.memoryMb} MiB`],
      ]);
      return { json: sandboxes, text: rows.length ? columns(rows) : 'No sandbox.\n' };
    },
  },
  show: {
    usage: 'show ID',
    words: [1, 1],
    run: async (host, [id]) => {
      const sandbox = await find(host, id!);
      return { json: sandbox, text: describe(sandbox) };
    },
  },
  start: {
    usage: 'start FILE [--mode MODE] [--policy FILE] [--label NAME] [--scan SEVERITY]',
    words: [1, 1],
    run: async (host, [file], options) => {
      const policy = textOption(options, 'policy');
      const sandbox = await host.request('sandbox/start', {
        file: resolve(file!),
        keep: true,
        mode: choiceOption(options, 'mode', modeSchema.options),
        label: textOption(options, 'label'),
        scan: choiceOption(options, 'scan', scanSeveritySchema.options),
        policy: policy && resolve(policy),
      });
      return { json: sandbox, text: `${sandbox.id}\n` };
    },
  },
  stop: {
    usage: 'stop ID',
    words: [1, 1],
    run: async (host, [id]) => ({ json: await host.request('sandbox/stop', { id: id! }), text: '' }),
  },
  evaluate: {
    usage: 'evaluate ID CODE',
    words: [2, 2],
    run: async (host, [id, code]) => {
      const { text } = await host.request('sandbox/evaluate', { id: id!, code: code! });
      return { json: { text }, text: `${text}\n` };
    },
  },
};

async function find(host: Parameters<Action['run']>[0], id: string): Promise<SandboxInfo> {
  const { sandboxes } = await host.request('sandbox/list', {});
  const sandbox = sandboxes.find((known) => known.id === id);
  if (sandbox) return sandbox;
  throw new ApexError('no-such-sandbox', `There is no sandbox ${id}.`, 'List them with "apex sandbox list".');
}

function describe(sandbox: SandboxInfo): string {
  const { id, label, file, mode, status, restarts, startedAt, usage, limits, outcome } = sandbox;
  const { crossings = {}, alerts = 0, suspended } = sandbox;
  const limit = (name: string, value: number, unit: string) => `${name} ${value === 0 ? 'none' : `${value} ${unit}`}`;
  const lines = [
    `${id}  ${label}  ${mode}  ${suspended ? 'suspended' : status}${outcome && !outcome.ok ? `: ${outcome.failure.message}` : ''}`,
    `file      ${file}`,
    `asked     ${
      Object.entries(crossings)
        .map(([name, { count, denied }]) => `${name} ${count} (${denied} denied)`)
        .join(', ') || 'nothing'
    }; ${alerts} alerts`,
    `started   ${new Date(startedAt).toISOString()}, restarts ${restarts}`,
    `usage     ${usage.wallMs} ms, ${usage.cpuMs} ms CPU, ${usage.memoryMb} MiB`,
    `limits    ${[
      limit('time', limits.wallMs, 'ms'),
      limit('turn', limits.turnMs, 'ms'),
      limit('CPU', limits.cpuMs, 'ms'),
      limit('memory', limits.memoryMb, 'MiB'),
    ].join(', ')}`,
  ];
  return `${lines.join('\n')}\n`;
}
