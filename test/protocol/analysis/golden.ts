import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Compares with the transcript kept beside this file; `UPDATE_GOLDEN=1` writes it anew. */
export function matchGolden(name: string, actual: unknown): void {
  const file = join(import.meta.dirname, `${name}.golden.json`);
  const shown = `${JSON.stringify(actual, null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, shown);
  assert.equal(shown, readFileSync(file, 'utf8'));
}
