// A pipe whose reader is slow takes a part of what is written, or nothing: a replay prints what it took.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describeNode } from '../../runtime/findNode.ts';
import { findNodes } from './nodes.ts';
import { PROGRAMS } from './runProgram.ts';

const APEX = join(import.meta.dirname, '../../bin/apex');

/** Reads what the command prints, late and with pauses. */
async function readSlowly(...words: string[]): Promise<string> {
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
  const child = spawn(process.execPath, [APEX, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  await wait(500);
  for await (const chunk of child.stdout.setEncoding('latin1')) {
    text += chunk;
    await wait(2);
  }
  return text;
}

for (const node of findNodes()) {
  it(`a full pipe on Node ${describeNode(node)?.version}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apex-pipe-'));
    try {
      const expected = [...Array.from({ length: 20 }, (_, line) => `${line} ${'y'.repeat(50_000)}`), 'last', ''].join(
        '\n',
      );
      const program = join(PROGRAMS, 'parts/fullPipe.js');
      const recorded = await readSlowly('record', '--out', folder, '--node', node, '--', program);
      assert.ok(recorded === expected, `the program printed ${recorded.length} characters`);
      const replayed = await readSlowly('replay', folder);
      assert.ok(replayed === expected, `the replay printed ${replayed.length} characters`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }).timeout(180_000);
}
