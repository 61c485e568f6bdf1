import { ApexError } from '../../protocol/errors.ts';
import type { BridgeEnd, BridgeInfo, Transform } from '../../protocol/sandboxBridge.ts';
import type { OptionValues } from '../command.ts';
import { type Action, choiceOption, columns, textOption } from './action.ts';

export const bridgeActions: Record<string, Action> = {
  bridge: {
    usage:
      'bridge ID:STATE|host:NAME ID:STATE|host:NAME [--direction push|pull|both] [--when eager|lazy|periodic|demand] [--every MS] [--include PATTERN]... [--exclude PATTERN]... [--redact PATTERN]... [--rename FROM=TO]... [--conflict last-write|reject]',
    words: [2, 2],
    run: async (host, [from, to], options) => {
      const every = textOption(options, 'every');
      const info = await host.request('bridge/open', {
        from: parseEnd(from!),
        to: parseEnd(to!),
        direction: choiceOption(options, 'direction', ['push', 'pull', 'both']),
        when: choiceOption(options, 'when', ['eager', 'lazy', 'periodic', 'demand']),
        ...(every !== undefined && { everyMs: Number(every) }),
        include: list(options, 'include'),
        exclude: list(options, 'exclude'),
        transform: parseTransforms(options),
        conflict: choiceOption<'last-write' | 'reject'>(options, 'conflict', ['last-write', 'reject']),
      });
      return { json: info, text: `${info.bridge}\n` };
    },
  },
  bridges: {
    usage: 'bridges',
    words: [0, 0],
    run: async (host) => {
      const { bridges } = await host.request('bridge/list', {});
      return { json: bridges, text: bridges.length ? columns(bridges.map(row)) : 'No bridge.\n' };
    },
  },
  sync: {
    usage: 'sync BRIDGE',
    words: [1, 1],
    run: async (host, [bridge]) => {
      const info = await host.request('bridge/sync', { bridge: bridge! });
      return { json: info, text: columns([row(info)]), exitCode: info.problem === undefined ? 0 : 1 };
    },
  },
  unbridge: {
    usage: 'unbridge BRIDGE',
    words: [1, 1],
    run: async (host, [bridge]) => ({ json: await host.request('bridge/close', { bridge: bridge! }), text: '' }),
  },
  'host-state': {
    usage: 'host-state [NAME [JSON]]',
    words: [0, 2],
    run: async (host, [name, json]) => {
      if (name === undefined) {
        const { names } = await host.request('hostState/list', {});
        return { json: names, text: names.map((known) => `${known}\n`).join('') };
      }
      if (json !== undefined) await host.request('hostState/write', { name, value: parseJson(json) });
      const { value } = await host.request('hostState/read', { name });
      return { json: value, text: `${JSON.stringify(value, null, 2)}\n` };
    },
  },
};

function parseEnd(text: string): BridgeEnd {
  const [where, ...name] = text.split(':');
  const state = name.join(':');
  if (!where || !state) {
    throw new ApexError('wrong-use', `"${text}" is no end of a bridge.`, 'Say ID:STATE, or host:NAME.');
  }
  return where === 'host' ? { host: state } : { sandbox: where, state };
}

function parseTransforms(options: OptionValues): Transform[] {
  const redact = list(options, 'redact');
  const renames = (list(options, 'rename') ?? []).map((text) => {
    const [from, to] = text.split('=');
    if (!from || !to) throw new ApexError('wrong-use', `--rename takes FROM=TO, not "${text}".`, 'Name both.');
    return { rename: { from, to } };
  });
  return [...(redact ? [{ redact }] : []), ...renames];
}

function list(options: OptionValues, name: string): string[] | undefined {
  const given = options[name];
  return Array.isArray(given) ? given.map(String) : undefined;
}

function row({ bridge, spec, status, carried, conflicts, dropped, problem }: BridgeInfo): string[] {
  const arrow = { push: '→', pull: '←', both: '↔' }[spec.direction];
  const way = `${endText(spec.from)} ${arrow} ${endText(spec.to)}`;
  const figures = [`${carried} carried`, `${conflicts} conflicts`, `${dropped} dropped`];
  return [bridge, way, spec.when, status, ...figures, problem ?? ''];
}

function endText(end: BridgeEnd): string {
  return 'host' in end ? `host:${end.host}` : `${end.sandbox}:${end.state}`;
}

function parseJson(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApexError('wrong-use', `"${text}" is not JSON.`, 'Quote it for your shell.');
  }
}
