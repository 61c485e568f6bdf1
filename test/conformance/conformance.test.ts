// Each program runs plain, recorded and replayed on every Node that is there: nothing of the three may differ.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describeNode } from '../../runtime/findNode.ts';
import { findNodes } from './nodes.ts';
import { PROGRAMS, type Run, readDirectives, runThreeWays } from './runProgram.ts';

const programs = readdirSync(PROGRAMS).filter((file) => /\.[cm]?[jt]s$/.test(file));

const masked = (run: Run, mask: RegExp | undefined) => {
  const { report: _, ...visible } = run;
  return mask ? { ...visible, stdout: visible.stdout.replace(mask, '#') } : visible;
};

for (const node of findNodes()) {
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
      }).timeout(180_000);
    }
  });
}
