import { resolve } from 'node:path';
import type { ModuleGraphInfo, SwapResult } from '../../protocol/sandboxModules.ts';
import { type Action, columns } from './action.ts';

export const moduleActions: Record<string, Action> = {
  modules: {
    usage: 'modules ID',
    words: [1, 1],
    run: async (host, [id]) => {
      const graph = await host.request('sandbox/modules', { id: id! });
      return { json: graph, text: describeGraph(graph) };
    },
  },
  swap: {
    usage: 'swap ID [FILE...]',
    words: [1, 1000],
    run: async (host, [id, ...files]) => {
      const named = files.length > 0 ? { files: files.map((file) => resolve(file)) } : {};
      const result = await host.request('sandbox/swap', { id: id!, ...named });
      return { json: result, text: describeSwap(result) };
    },
  },
};

function describeGraph({ modules, cycles }: ModuleGraphInfo): string {
  const rows = modules.map(({ url, kind, version, hash, package: of, imports, findings }) => [
    ...[url, kind, `v${version}`, hash ?? '-', of ?? '-'],
    `${findings?.length ? `${findings.length} findings  ` : ''}${imports.length ? `→ ${imports.join(', ')}` : ''}`,
  ]);
  const circles = cycles.map((cycle) => `circle: ${[...cycle, cycle[0]].join(' → ')}\n`);
  return columns(rows) + circles.join('');
}

function describeSwap({ swapped, removed, problems }: SwapResult): string {
  const lines = [
    ...swapped.map(({ url, version }) => `${url} is version ${version} now`),
    ...removed.map((name) => `${name} is gone; who imported it keeps its last value`),
    ...problems,
  ];
  return `${lines.length ? lines.join('\n') : 'No loaded file has changed.'}\n`;
}
