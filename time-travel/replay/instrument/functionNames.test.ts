import assert from 'node:assert/strict';
import { parse } from 'acorn';
import { findNamedFunctions } from './functionNames.ts';

describe('names of functions', () => {
  const names = (source: string) =>
    findNamedFunctions(parse(source, { ecmaVersion: 'latest', sourceType: 'module' }))
      .sort((a, b) => a.start - b.start)
      .map((found) => found.names.join(' '));

  it('are their own, or those of what they are assigned to', () => {
    assert.deepEqual(names('function a() {} const b = () => 1; let c; c = function d() {}; x.y.e = async () => {};'), [
      'a',
      'b',
      'c d',
      'e',
    ]);
  });

  it('are those of methods, with and without their class or object', () => {
    const source =
      'class A { b() {} static c = () => 1; #d() {} get e() { return 1 } } const f = { g() {}, "h-i": () => 1 };';
    assert.deepEqual(names(source), ['b A.b', 'c A.c', '#d A.#d', 'e A.e', 'g f.g', 'h-i f.h-i']);
  });

  it('are those of what holds them, also before there were classes', () => {
    const source =
      'A.prototype.b = function () {}; A.c = () => 1; A["d"] = () => 1; A[e] = () => 1; exports.f = () => 1;';
    assert.deepEqual(names(source), ['b A.b', 'c A.c', 'd A.d', 'f']);
  });

  it('are none for computed keys and functions that are only passed on', () => {
    assert.deepEqual(names('class A { [b]() {} } run(() => 1);'), []);
  });
});
