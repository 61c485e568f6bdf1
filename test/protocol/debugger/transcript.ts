import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DapClient } from './dapClient.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** What was said, without what differs from run to run: paths, process ids, times, and Node's own frames. */
export function transcript({ said }: DapClient): unknown[] {
  return said
    .map(({ seq, ...message }) => message as Record<string, unknown>)
    .filter(({ type, event, body }) => !(type === 'event' && event === 'output' && isProgramOutput(body)))
    .map((message) => JSON.parse(JSON.stringify(message, stable)) as unknown);
}

/** Chunks of a pipe are cut anywhere. */
function isProgramOutput(body: unknown): boolean {
  return ['stdout', 'stderr'].includes((body as { category: string }).category);
}

function stable(this: unknown, key: string, value: unknown): unknown {
  if (key === 'systemProcessId') return '<pid>';
  // Of `runInTerminal`: Node, the recorder, and the socket on which it is told the rest.
  if (key === 'args' && Array.isArray(value)) return value.map((word) => basename(String(word)));
  if (key === 'request_seq') return undefined;
  if (key === 'stackFrames')
    return (value as { presentationHint?: string }[]).filter((one) => (one.presentationHint ?? 'label') === 'label');
  if (key === 'time' && typeof value === 'number') return '<time>';
  // Of a timeline.
  if (key === 'start' && typeof this === 'object' && this !== null && 'hits' in this) return '<time>';
  if (key === 'hits') return (value as unknown[][]).map(([lane, point, , text]) => [lane, point, '<time>', text]);
  // Of a profile, whose functions stand in the order of their sampled time.
  if (['ms', 'outsideMs', 'selfMs', 'totalMs', 'samples'].includes(key)) return '<sampled>';
  if (key === 'spans') return (value as number[][]).map(([depth, , from, to]) => [depth, '<function>', from, to]);
  if (key === 'functions' && typeof this === 'object' && this !== null && 'samples' in this)
    return (value as { file: string; line: number; column: number }[]).toSorted(
      (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
    );
  if (key === 'totalFrames') return '<number>';
  // Whole files.
  if (key === 'texts' || key === 'content') return '<text>';
  if (typeof value !== 'string') return value;
  return (
    value
      .replaceAll(FIXTURES, '<fixtures>')
      // Where no clock has moved, which a fast machine brings about, a share of the statements stands in its place.
      .replace(/[\d.]+ (µs|ms|s|min [\d.]+ s) of [\d.]+ (µs|ms|s|min [\d.]+ s)|\d+%(?= · step)/, '<progress>')
      .replace(/[\d.]+ (µs|ms|s|min [\d.]+ s) · step/, '<time> · step')
      .replace(/\(node:internal[^)]*\)/g, '(node)')
  );
}

/** Compares with the golden file beside the test; `UPDATE_GOLDEN=1` writes it. */
export function assertGolden(name: string, actual: unknown[]): void {
  const path = join(import.meta.dirname, `${name}.golden.json`);
  const text = `[\n${actual.map((message) => `  ${JSON.stringify(message)}`).join(',\n')}\n]\n`;
  if (process.env.UPDATE_GOLDEN || !existsSync(path)) {
    writeFileSync(path, text);
    if (!process.env.UPDATE_GOLDEN) assert.fail(`${path} was missing and has been written: read it, then run again`);
    return;
  }
  assert.deepEqual(actual, JSON.parse(readFileSync(path, 'utf8')));
}
