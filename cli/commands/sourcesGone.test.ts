import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findNodes } from '../../test/conformance/nodes.ts';

const FILES = {
  // Node asks for the kind of the main module, and for the main file of a package, in ways of their own.
  'shop/package.json': '{ "type": "module", "imports": { "#rate": "./rate.json" } }',
  'shop/main.js': `import { createRequire } from 'node:module';
import twice from 'twice';
import { add } from './add.mts';
const require = createRequire(import.meta.url);
let total = 0;
for (let i = 1; i <= 3; i++) {
  total = add(total, twice(i) * require('#rate'));
}
console.log(total, process.cwd().endsWith('shop'), require('./lib/kind.js'));`,
  'shop/add.mts': 'export function add(a: number, b: number): number {\n  return a + b;\n}',
  'shop/rate.json': '5',
  'shop/lib/package.json': '{ "type": "commonjs" }',
  'shop/lib/kind.js': 'module.exports = typeof require;',
  'node_modules/twice/package.json': '{ "name": "twice", "main": "i.cjs" }',
  'node_modules/twice/i.cjs': 'module.exports = (n) => n * 2;',
};

for (const node of findNodes()) {
  describe(`a recording whose sources are gone, on ${node.split('/').slice(-3).join('/')}`, function () {
    this.timeout(180_000);
    const folder = mkdtempSync(join(tmpdir(), 'apex-moved-'));
    const recording = join(folder, 'recording');
    after(() => rmSync(folder, { recursive: true, force: true }));
    const apex = (...args: string[]) => {
      const words = [join(import.meta.dirname, '../../bin/apex'), ...args];
      const { status, stdout, stderr } = spawnSync(process.execPath, words, {
        encoding: 'utf8',
        cwd: args[0] === 'record' ? join(folder, 'shop') : folder,
      });
      return { status, stdout, stderr };
    };
    const answers = () => [
      apex('replay', recording, '--check', '--node', node),
      apex('replay', recording, '--node', node, '--logpoint', 'main.js:7', 'total'),
      apex('replay', recording, '--node', node, '--logpoint', 'add.mts:2', 'a + b'),
    ];
    let whole: ReturnType<typeof answers>;

    before(() => {
      for (const [path, text] of Object.entries(FILES)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const flags = node.includes('node-22') ? ['--experimental-strip-types', '--no-warnings'] : [];
      const { stdout, stderr } = apex('record', '--node', node, '--out', recording, '--', ...flags, 'main.js');
      assert.equal(stdout, '60 true function\n', stderr);
      whole = answers();
      assert.equal(whole[0]?.status, 0, whole[0]?.stderr);
      assert.deepEqual(
        whole.slice(1).map(({ stdout }) => stdout.replaceAll(/\d+\t/g, '')),
        ['0\n10\n30\n', '10\n30\n60\n'],
      );
    });

    it('answers as before when they were edited', () => {
      for (const path of Object.keys(FILES)) writeFileSync(join(folder, path), '{ "type": "module" } edited');
      assert.deepEqual(answers(), whole);
    });

    it('answers as before when they, the packages and their folder were deleted', () => {
      rmSync(join(folder, 'shop'), { recursive: true });
      rmSync(join(folder, 'node_modules'), { recursive: true });
      assert.deepEqual(answers(), whole);
    });
  });
}
