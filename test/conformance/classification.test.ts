// Every native function and class that Node exports is classified, and stands where its class says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeNode } from '../../runtime/findNode.ts';
import { programPath } from '../../runtime/programs.ts';
import { type BindingClasses, CLASSIFICATION } from '../../time-travel/recorder/bindings/classification.ts';
import { formatOrder } from '../../time-travel/recorder/start/order.ts';
import { recordProgram } from '../../time-travel/recording/recordProgram.ts';
import { replayRecording } from '../../time-travel/recording/replayRecording.ts';
import { findNodes } from './nodes.ts';
import { PROGRAMS } from './runProgram.ts';

const kinds = new Map<string, keyof BindingClasses>();
for (const [binding, classes] of Object.entries(CLASSIFICATION)) {
  for (const kind of Object.keys(classes) as (keyof BindingClasses)[]) {
    for (const name of classes[kind]!.split(' ')) {
      const full = `${binding}.${name}`;
      assert.ok(!kinds.has(full), `${full} is classified twice`);
      kinds.set(full, kind);
    }
  }
}

/** Taken by Node's library before the boundary stands: guarded where they end, not here. */
const ELSEWHERE = new Set(['performance.now']);

for (const node of findNodes()) {
  describe(`the natives of Node ${describeNode(node)?.version}`, function () {
    this.timeout(180_000);
    let scratch: string;
    let found: Record<string, 'class' | 'native' | 'wrapped'>;

    before(() => {
      scratch = mkdtempSync(join(tmpdir(), 'apex-natives-'));
      const script = join(PROGRAMS, 'parts/exports.js');
      const words = [
        '--expose-internals',
        '-r',
        programPath('boundary.cjs'),
        '--expose-internals',
        '--no-warnings',
        script,
      ];
      const order = formatOrder({ mode: 'record', folder: scratch, process: 'main' });
      const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
      const output = execFileSync(node, words, { encoding: 'utf8', env: { ...env, APEX_BOUNDARY: order } });
      found = JSON.parse(output);
      assert.ok(Object.keys(found).length > 400);
    });
    after(() => rmSync(scratch, { recursive: true, force: true }));

    it('are all classified', () => {
      assert.deepEqual(
        Object.keys(found).filter((name) => !kinds.has(name)),
        [],
      );
    });

    it('are behind the boundary where they are recorded', () => {
      const bare = Object.keys(found).filter((name) => kinds.get(name) === 'recorded' && found[name] === 'native');
      assert.deepEqual(
        bare.filter((name) => !ELSEWHERE.has(name)),
        [],
      );
    });

    it('stop a replay when they reach outside', async () => {
      const script = join(scratch, 'system.cjs');
      writeFileSync(script, `new (require('node:wasi').WASI)({ version: 'preview1' });`);
      const recording = join(scratch, 'recording');
      const runtime = describeNode(node)!;
      const run = await recordProgram({
        out: recording,
        words: ['--no-warnings', script],
        node: runtime,
        attach: (child) => child.stdout?.resume(),
      });
      assert.equal(run.code, 0);
      const outcome = await replayRecording({ folder: recording, nodes: [node] });
      assert.equal(outcome.kind, 'diverged');
      assert.match(outcome.kind === 'diverged' ? outcome.divergence.seen : '', /wasi\.WASI.*reaches outside/);
    });
  });
}
