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
  for (const [source, names] of cases) it(source, () => assert.deepEqual(commonJsExports(source), names));
});
