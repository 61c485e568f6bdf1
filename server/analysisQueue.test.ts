import assert from 'node:assert/strict';
import { LiveProgram } from '../analysis/workspace/liveProgram.ts';
import { AnalysisQueue } from './analysisQueue.ts';

describe('analysis queue', () => {
  it('lets messages be read between small files, not only within large ones', async () => {
    const text = 'module.exports = (a) => [a, 1].map(String);\n';
    const disk = { readText: () => text, isFile: () => true };
    const queue = new AnalysisQueue(new LiveProgram({ disk }));
    const paths = Array.from({ length: 6000 }, (_, index) => `/app/module${index}.js`);
    let analyzed = 0;
    let read = 0;
    let longest = 0;
    const reading = (): void => {
      longest = Math.max(longest, analyzed - read);
      read = analyzed;
      if (analyzed < paths.length) setImmediate(reading);
    };
    setImmediate(reading);
    for (const path of paths) {
      await queue.analyzeInBackground(path, () => false);
      analyzed++;
    }
    // A slice is 12 ms long, far too short for this many files on any machine.
    assert.ok(longest < 1500, `${longest} files without a look at messages`);
  });
});
