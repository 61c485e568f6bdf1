// The debugger's engine on every Node: a recording can be asked where it ended and how often a line ran.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeNode } from '../../runtime/findNode.ts';
import { findNodes } from './nodes.ts';

const APEX = join(import.meta.dirname, '../../bin/apex');

const programs = {
  'common.cjs': `let sum = 0;
for (let i = 0; i < 4; i++) {
  sum += i;
}
setTimeout(() => console.log(sum), 1);
`,
  'module.mjs': `const { default: path } = await import('node:path');
let sum = 0;
sum += [1, 2, 3].map((n) => n + path.sep.length).length;
console.log(sum);
`,
  'imports.mjs': `import { three } from './again.cjs';
import { also } from './getter.cjs';
console.log(three + also);
`,
  'typed.ts': `interface Sum { n: number }
const sum: Sum = { n: 1 };
sum.n += 2;
console.log(sum.n);
`,
  'tests.mjs': `import test from 'node:test';
test('passes', () => {
  console.log('inside');
});
`,
};

/** What bundlers and compilers write; Node finds the names in these texts, which replay changes. */
const parts = {
  'names.cjs': 'exports.three = 3;\n',
  'again.cjs': `var names = require('./names.cjs');
Object.keys(names).forEach(function (key) {
  if (key !== 'default' && !Object.prototype.hasOwnProperty.call(exports, key)) exports[key] = names[key];
});
`,
  'getter.cjs': `var names = require('./names.cjs');
Object.defineProperty(exports, 'also', { enumerable: true, get: function () { return names.three; } });
`,
};

for (const node of findNodes()) {
  describe(`questions to a recording on Node ${describeNode(node)?.version}`, function () {
    this.timeout(120_000);
    let scratch: string;
    before(() => {
      scratch = mkdtempSync(join(tmpdir(), 'apex-questions-'));
      for (const [name, source] of Object.entries(parts)) writeFileSync(join(scratch, name), source);
    });
    after(() => rmSync(scratch, { recursive: true, force: true }));

    const apex = (...words: string[]) => {
      const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
      return spawnSync(process.execPath, [APEX, ...words], { encoding: 'utf8', env, timeout: 60_000 });
    };

    for (const [name, source] of Object.entries(programs)) {
      it(`are answered for ${name}`, () => {
        const script = join(scratch, name);
        const recording = join(scratch, `${name}.recording`);
        writeFileSync(script, source);
        const recorded = apex('record', '--out', recording, '--node', node, '--', script);
        assert.equal(recorded.status, 0, recorded.stderr);
        const end = apex('replay', recording, '--at', 'end');
        assert.match(end.stdout, new RegExp(`^point ([1-9]\\d*) of \\1\n.*${name}`), end.stderr);
        const hits = apex('replay', recording, '--logpoint', `${name}:3`, '1 + 1');
        assert.equal(hits.stdout.trim().split('\n').length, name === 'common.cjs' ? 4 : 1, hits.stderr);
      });
    }
  });
}
