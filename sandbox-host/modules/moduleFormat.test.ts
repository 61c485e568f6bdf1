import assert from 'node:assert/strict';
import { moduleFormat } from './moduleFormat.ts';

describe('the module system of a file', () => {
  const format = (source: string) => moduleFormat('/nowhere/at/all.js', source);

  it('is told by syntax that only one has', () => {
    for (const source of [
      'import a from "a";',
      '  export const a = 1',
      'a(); export {}',
      '/* x */ import "a"',
      '}\nimport\n"a"',
      "const s = 'it\\'s\\\n'; import .meta",
    ]) {
      assert.equal(format(source), 'esm', source);
    }
    for (const source of [
      'const a = require("a");',
      'module.exports = 1; // import a',
      '"import a"; exports.a = `\nexport const b`;',
      'import("a").then(require("b"))',
      'const quotes = /[`"]/g; module.exports = quotes; // `',
    ]) {
      assert.equal(format(source), 'cjs', source);
    }
  });

  it('is told in one pass over texts that were made to be slow', () => {
    // Each of them took a backtracking pattern minutes.
    for (const part of ['/*', '\n', "'", '`', '"\\', 'import ', '//', ' '.repeat(100), 'import', '${`']) {
      format(part.repeat(1_000_000 / part.length));
    }
  });
});
