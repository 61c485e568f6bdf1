import type { Send } from './dispatcher.ts';
import { format, inspect } from './inspect.ts';

/** The guest's `console`. Text leaves in one post per call, so that lines never mix. */
export function createConsole(send: Send, now: () => number): Record<string, (...values: unknown[]) => void> {
  const stringify = JSON.stringify;
  const counts = new Map<string, number>();
  const starts = new Map<string, number>();
  let indent = '';
  const write = (stream: 'stdout' | 'stderr', text: string) => {
    const body = indent ? indent + text.replaceAll('\n', `\n${indent}`) : text;
    send('post', stringify({ t: 'log', stream, text: `${body}\n` }), 0);
  };
  const out = (...values: unknown[]) => write('stdout', format(values));
  const err = (...values: unknown[]) => write('stderr', format(values));
  const elapsed = (label: unknown) => {
    const start = starts.get(String(label ?? 'default'));
    return start === undefined ? undefined : `${label ?? 'default'}: ${(now() - start).toFixed(3)}ms`;
  };
  const group = (...values: unknown[]) => {
    if (values.length) out(...values);
    indent += '  ';
  };
  return {
    log: out,
    info: out,
    debug: out,
    error: err,
    warn: err,
    trace: (...values) => err(`Trace: ${format(values)}\n${stackHere()}`),
    dir: (value, options) => out(inspect(value, (options as { depth?: number } | undefined)?.depth ?? 2)),
    table: (value) => out(table(value)),
    assert: (condition, ...values) => {
      if (!condition) err(values.length ? `Assertion failed: ${format(values)}` : 'Assertion failed');
    },
    count: (label = 'default') => {
      const count = (counts.get(String(label)) ?? 0) + 1;
      counts.set(String(label), count);
      out(`${String(label)}: ${count}`);
    },
    countReset: (label = 'default') => {
      counts.delete(String(label));
    },
    time: (label = 'default') => {
      starts.set(String(label), now());
    },
    timeLog: (label) => out(elapsed(label) ?? `No such label: ${String(label)}`),
    timeEnd: (label) => {
      out(elapsed(label) ?? `No such label: ${String(label)}`);
      starts.delete(String(label ?? 'default'));
    },
    group,
    groupCollapsed: group,
    groupEnd: () => {
      indent = indent.slice(2);
    },
  };
}

function stackHere(): string {
  return (new Error().stack ?? '').split('\n').slice(3).join('\n');
}

function table(value: unknown): string {
  if (typeof value !== 'object' || value === null) return inspect(value);
  const rows = Object.entries(value as Record<string, unknown>);
  const isRecord = (row: unknown): row is Record<string, unknown> => typeof row === 'object' && row !== null;
  const columns = [...new Set(rows.flatMap(([, row]) => (isRecord(row) ? Object.keys(row) : [])))];
  const hasPlain = rows.some(([, row]) => !isRecord(row));
  const head = ['(index)', ...columns, ...(hasPlain ? ['Values'] : [])];
  const body = rows.map(([index, row]) => [
    index,
    ...columns.map((column) => (isRecord(row) && Object.hasOwn(row, column) ? inspect(row[column], 0) : '')),
    ...(hasPlain ? [isRecord(row) ? '' : inspect(row, 0)] : []),
  ]);
  const widths = head.map((title, at) => Math.max(title.length, ...body.map((row) => row[at]!.length)) + 2);
  const rule = (left: string, middle: string, right: string) =>
    left + widths.map((width) => '─'.repeat(width)).join(middle) + right;
  const line = (cells: string[]) => `│${cells.map((cell, at) => ` ${cell}`.padEnd(widths[at]!)).join('│')}│`;
  return [rule('┌', '┬', '┐'), line(head), rule('├', '┼', '┤'), ...body.map(line), rule('└', '┴', '┘')].join('\n');
}
