import assert from 'node:assert/strict';
import { createContext, runInContext } from 'node:vm';
import { instrument } from './instrument.ts';
import { withoutProbes } from './probeText.ts';
import { declareProbes, type ProbeAccess } from './realm.ts';
import { propertyWrites, variableWrites } from './writeProbes.ts';

/** Runs source with probes at writes of `key`; gives for each write the name of its object (its `n`). */
function writesOf(source: string, key: string): unknown[] {
  const seen: unknown[] = [];
  const pending: unknown[] = [];
  const context = createContext({});
  const nameOf = (object: unknown) => (object as { n?: unknown }).n;
  const probes = runInContext(declareProbes, context) as ProbeAccess;
  probes.onWrite(
    (object, name) => {
      if (name === undefined) pending.push(object);
      else seen.push(nameOf(object));
      return object;
    },
    (name) => {
      const object = pending.pop();
      if (String(name) === key) seen.push(nameOf(object));
      return name;
    },
  );
  const result = instrument(source, ['commonjs'], undefined, (program) => propertyWrites(program, key))!;
  assert.equal(withoutProbes(result.code), source);
  runInContext(`(() => { ${result.code} })()`, context);
  return seen;
}

describe('write probes: properties', () => {
  const objects = 'const a = { n: "a" }, b = { n: "b", c: a };';
  for (const [source, expected] of [
    ['a.x = 1; b.x += 2; a.y = 3', ['a', 'b']],
    ['a.x++; --b.c.x', ['a', 'a']],
    ['delete a.x', ['a']],
    ['for (const k of ["x", "y"]) a[k] = b[k] = k', ['a', 'b']],
    ['a[(b["x"] = 1, "x")] = 2', ['b', 'a']],
    ['[a.x, b["x"]] = [1, 2]; ({ p: b.x } = { p: 1 })', ['a', 'b', 'b']],
    ['for (a.x of [1, 2]);', ['a', 'a']],
    ['(0, b).x = 1', ['b']],
    ['const d = { n: "d", x: 1 }, e = { n: "e" }', ['d']],
    ['class C { n = "C"; x = 1; constructor() { this.x = 2 } } new C()', ['C', 'C']],
    ['class C { n = "C"; #x = 1; y() { this.#x = 1; super.x = 2 } } new C().y()', []],
    ['const f = () => a.x = 1; f()', ['a']],
    ['with (a) { x = 1 }', []],
  ] as const) {
    it(source, () => assert.deepEqual(writesOf(`${objects} ${source}`, 'x'), expected));
  }
});

describe('write probes: variables', () => {
  /** Runs source with probes at writes of the `x` that is meant where the mark stands; gives the calls written in. */
  function run(marked: string, values: unknown[] = []): unknown[] {
    const offset = marked.indexOf('/*?*/');
    const context = createContext({});
    const seen: unknown[] = [];
    let calls = 0;
    const probes = runInContext(declareProbes, context) as ProbeAccess;
    probes.onWrite(
      (id, name) => {
        if (name === undefined) return ++calls;
        seen.push(id);
        return id;
      },
      (key) => key,
      (result, _call, ...value) => {
        values.push(value.length > 0 ? value[0] : result);
        return result;
      },
    );
    const result = instrument(marked, ['commonjs'], undefined, (program) => variableWrites(program, 'x', offset))!;
    assert.equal(withoutProbes(result.code), marked);
    runInContext(result.code, context);
    return seen;
  }

  for (const [source, expected] of [
    ['let x = 1; x = 2; /*?*/ x++; x += 1', [0, 0, 0, 0]],
    ['let x = 1; { let x = 2; /*?*/ x = 3 } x = 4', [0, 0]],
    ['var x = 1; function f(x) { /*?*/ x = 2 } f(1); f(1); x = 3', [1, 1, 2, 2]],
    ['function f() { let x = 1; const g = () => { x = 2 }; g(); /*?*/ return x } f(); f()', [1, 1, 2, 2]],
    ['for (const x of [1, 2]) { /*?*/ x }', [0, 0]],
    ['let x; ({ x } = { x: 1 }); [x] = [2]; /*?*/ x', [0, 0]],
    ['let x = () => 1; /*?*/ x = () => 2', [0]],
  ] as const) {
    it(source, () => assert.deepEqual(run(source), expected));
  }

  for (const [source, expected] of [
    ['let x = 1; x = 2; /*?*/ x++; x += 1', [1, 2, 3, 4]],
    ['function f(x) { /*?*/ x = x && (x = 5) + 1 } f(1)', [1, 5, 6]],
    ['for (const [x] of [[1], [2]]) { /*?*/ x }', [1, 2]],
    ['let x; ({ x } = { x: 1 }); [x] = [2]; /*?*/ x', [1, 2]],
    ['const { x } = { x: 7 }\n/*?*/ x', [7]],
    ['switch (1) { case 1: var [x] = [8]; /*?*/ x }', [8]],
    ['let x = 1; try { x = null.y } catch { x = undefined } /*?*/ x', [1, undefined]],
  ] as const) {
    it(`sees the values of ${source.replaceAll('\n', ' ')}`, () => {
      const values: unknown[] = [];
      run(source, values);
      assert.deepEqual(values, expected);
    });
  }
});
