import assert from 'node:assert/strict';
import { canRecordVitest, commandFor, findTests, runnerOf } from './findTests.ts';

describe('tests in a file', () => {
  it('are calls of test and it with a plain name', () => {
    const text = [
      "import { test } from 'node:test';",
      "test('adds up', () => {});",
      'describe("cart", () => {',
      "  it('it\\'s empty', async () => {});",
      '  it.only(`whole`, run);',
      '  await t.test("inner", run);',
      '  it(name, () => {});',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a test
      '  it(`has ${count} lines`, run);',
      "  // it('commented', run);",
      "  edit('no test');",
    ].join('\n');
    assert.deepEqual(findTests(text), [
      { line: 1, name: 'adds up' },
      { line: 3, name: "it's empty" },
      { line: 4, name: 'whole' },
      { line: 5, name: 'inner' },
    ]);
  });

  it('are run by what they import, else by what the package has', () => {
    assert.equal(runnerOf("import test from 'node:test'", ['mocha']), 'node');
    assert.equal(runnerOf("const { it } = require('node:test')", []), 'node');
    assert.equal(runnerOf("import { it } from 'vitest'", ['mocha']), 'vitest');
    assert.equal(runnerOf('it("x", () => {})', ['vitest']), 'vitest');
    assert.equal(runnerOf("import { it } from '@jest/globals'", ['vitest']), undefined);
    assert.equal(runnerOf('it("x", () => {})', ['mocha']), 'mocha');
    assert.equal(runnerOf('it("x", () => {})', ['jest']), undefined);
  });

  it('of vitest need a version that lets Node load the files', () => {
    const can = ['3.2.4', '4.0.9', '4.1.0', '4.10.2', '5.0.0-beta.1', ''].map(canRecordVitest);
    assert.deepEqual(can, [false, false, true, true, true, false]);
  });

  it('are chosen by name', () => {
    assert.deepEqual(commandFor('node', 'is 1.5 (or so)', 'a.test.ts'), {
      runtimeArgs: ['--test-name-pattern', 'is 1\\.5 \\(or so\\)$'],
      args: [],
    });
    assert.deepEqual(commandFor('mocha', 'x', '/a.ts').args, ['--timeout', '0', '--fgrep', 'x', '/a.ts']);
    assert.deepEqual(commandFor('vitest', 'a.b', '/a.ts').args.slice(-3), ['--testNamePattern', 'a\\.b$', '/a.ts']);
  });
});
