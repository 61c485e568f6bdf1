import assert from 'node:assert/strict';
import { commonJsExports } from './commonJsExports.ts';

describe('the exports of a CommonJS module', () => {
  const cases: [string, string[]][] = [
    ['exports.a = 1; module.exports.b = 2;', ['a', 'b']],
    ['Object.defineProperty(exports, "__esModule", { value: true }); Object.defineProperty(exports, "c", {});', ['c']],
    ['module.exports = { a, b: 1, c() {} };', ['a', 'b', 'c']],
    ['module.exports = class {};', []],
    ['exports.default = 1;', []],
  ];
  for (const [source, names] of cases) it(source, () => assert.deepEqual(commonJsExports(source).names, names));

  it('tells the modules of which it hands on all exports', () => {
    const source = 'tslib_1.__exportStar(require("./a"), exports); exports.b = 1;';
    assert.deepEqual(commonJsExports(source), { names: ['b'], reexports: ['./a'] });
    assert.deepEqual(commonJsExports('module.exports = require("./c");').reexports, ['./c']);
  });
});
