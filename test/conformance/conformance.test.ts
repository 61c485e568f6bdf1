// Each program runs plain, recorded and replayed on every Node that is there: nothing of the three may differ.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeNode, findPinnedNode } from '../../runtime/findNode.ts';
import { PROGRAMS, type Run, readDirectives, runThreeWays } from './runProgram.ts';

const others = ['node-22', 'node-26'].map((name) => join(import.meta.dirname, 'nodes/node_modules', name, 'bin/node'));
const nodes = [findPinnedNode().path, ...others.filter((path) => existsSync(path))];
const programs = readdirSync(PROGRAMS).filter((file) => /\.[cm]?[jt]s$/.test(file));

const masked = (run: Run, mask: RegExp | undefined) => {
  const { report: _, ...visible } = run;
  return mask ? { ...visible, stdout: visible.stdout.replace(mask, '#') } : visible;
};

for (const node of nodes) {
  describe(`Node ${describeNode(node)?.version}`, () => {
    for (const program of programs) {
      it(`records and replays ${program}`, async () => {
        const { varies, mask } = readDirectives(program);
        const { plain, recorded, replayed } = await runThreeWays(node, program);
        if (!varies)
          assert.deepEqual(masked(recorded, mask), masked(plain, mask), 'the recorded run is as the plain one');
        const { report, ...visible } = replayed;
        const { report: _, ...expected } = recorded;
        assert.deepEqual(visible, expected, `the replay is as the recorded run: ${report}`);
        assert.equal(JSON.parse(report.split('\n')[0] ?? '{}').end?.reason, 'exit', report);
      }).timeout(60_000);
    }
  });
}
