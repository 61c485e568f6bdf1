import assert from 'node:assert/strict';
import { createContext, runInContext, Script } from 'node:vm';
import fc from 'fast-check';
import { callEnds, goesOn } from './callProbes.ts';
import { lineStarts, positionAt } from './columnMap.ts';
import { instrument, type SourceKind } from './instrument.ts';
import { CALL, PREFIX, withoutProbes } from './probeText.ts';
import { declareProbes, type ProbeAccess, realmScript } from './realm.ts';

const instrumented = (source: string, kind: SourceKind = 'commonjs') => {
  const result = instrument(source, [kind]);
  assert.ok(result, 'expected the source to be instrumented');
  return result;
};
/** Source with `•` where the stops are. */
const marked = (source: string, kind?: SourceKind) => {
  const starts = lineStarts(source);
  let text = source;
  for (const { line, column } of instrumented(source, kind).stops.toReversed()) {
    const offset = starts[line]! + column;
    text = `${text.slice(0, offset)}•${text.slice(offset)}`;
  }
  return text;
};

describe('instrument: where execution can stop', () => {
  for (const [what, expected] of Object.entries({
    'each statement': '•let a = 1;\n•a++; •f(a)\n',
    'not before directives': '"use strict";\n•f();\nfunction g() { "use strict"; •return 1 }',
    'not before a hashbang': '#!/usr/bin/env node\n•f()',
    'bodies without braces': '•if (a) •b(); else •c();\n•for (;;) •d()\n•do •e(); while (f)',
    'else if is one statement': '•if (a) { •b } else if (c) { •d }',
    'loops that do nothing': '•while (a()) {•}\n•for (;;) •;',
    'functions that do nothing': '•x = function () {•}; •y = class { m() {•} static {} }',
    'arrows with an expression': '•x = a => •a + 1; •y = async () => (•{ b: 1 })',
    'labels, not what they name': '•outer: for (;;) { •for (;;) •continue outer }',
    cases: '•switch (a) { case 1: •b(); default: •c() }',
    'static blocks and field initialisers': '•class A { static { •a() } b = () => •1 }',
    'nothing inside with': '•with (a) { b(); (() => c)() }\n•d()',
    'generators and async functions': 'function* g() { •yield 1; •yield 2 }\nasync function h() { •await 1 }',
    'try, catch and finally': '•try { •a() } catch { •b() } finally { •c() }',
  })) {
    it(what, () => assert.equal(marked(expected.replaceAll('•', '')), expected));
  }

  it('exported declarations that run something', () => {
    const source =
      'import a from "a";\n•export const b = f();\nexport function g() {•}\nexport { b as c };\n•export default h()';
    assert.equal(marked(source.replaceAll('•', ''), 'module'), source);
  });

  it('tells the first stop of each call', () => {
    const { stops } = instrumented('a();\nfunction f(x = () => 1) { if (x) { g() } h() }');
    assert.deepEqual(
      stops.map(({ column, entry }) => [column, entry]),
      [
        [0, true],
        [21, true],
        [26, true],
        [35, false],
        [41, false],
      ],
    );
  });
});

describe('instrument: where a call may be left', () => {
  it('marks statements with an await or yield of their own function', () => {
    const source =
      'async function f() {\na();\nawait b;\nconst c = async () => await d;\nfor await (const e of g) {\nh() }\nif (i) { j(await k) }\n}';
    const { stops } = instrumented(source);
    assert.deepEqual(
      stops.filter(({ suspends }) => suspends).map(({ line, column }) => [line, column]),
      [
        [2, 0],
        [3, 22],
        [4, 0],
        [6, 9],
      ],
    );
  });
});

describe('instrument: the program stays the same', () => {
  it('leaves source alone that does not parse, is empty or knows our names', () => {
    for (const source of ['let let', '', '// only a comment', `f(${PREFIX}t)`]) {
      assert.equal(instrument(source, ['commonjs', 'module']), undefined);
    }
  });

  it('finds out that a file is an ES module', () => {
    assert.ok(instrument('import "a"; b()', ['commonjs', 'module']));
  });

  it('keeps lines, also where no semicolon ends a statement', () => {
    const source = 'a = b\n++c\nd = e\n(f)\nif (g) h\nelse i\nreturn\nj';
    assert.equal(instrumented(source).code.split('\n').length, source.split('\n').length);
  });

  it('keeps functions as they were written', () => {
    const source = '(function f(a) { "use strict"; for (;;) a(); if (a) { return x => ({ x }) } })';
    const context = createContext({});
    runInContext(realmScript, context);
    const result = instrumented(source).code;
    assert.equal(`(${runInContext(`String(${result.slice(result.indexOf('(function'))})`, context)})`, source);
    assert.equal(
      runInContext('Function.prototype.toString.call(Function.prototype.toString)', context),
      'function toString() { [native code] }',
    );
    assert.throws(() => runInContext('Function.prototype.toString.call({})', context), /TypeError|requires that/);
  });

  it('gives each function of random nesting its own text back', () => {
    const statement = fc.letrec<{ statement: string; block: string }>((tie) => ({
      statement: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('a()', ';', '"text"', 'x => x', 'y = async z => ({ z })', 'var v = {}'),
        tie('block').map((body) => `if (a) ${body}`),
        tie('block').map((body) => `for (const k of b) ${body}`),
        tie('block').map((body) => `label: while (c) ${body}`),
        tie('block').map((body) => `(function* () {\n"use strict"\n${body} })`),
      ),
      block: fc.array(tie('statement'), { maxLength: 3 }).map((list) => `{ ${list.join('\n')}\n}`),
    })).statement;
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1 }), (list) => {
        const source = list.join('\n');
        const result = instrument(source, ['commonjs']);
        if (!result) return;
        assert.equal(withoutProbes(result.code), source);
        assert.doesNotThrow(() => new Script(result.code));
      }),
      { numRuns: 300 },
    );
  });
});

describe('instrument: what a call keeps about itself', () => {
  for (const source of [
    'f = function () { "use strict"\na(); b() }',
    'f = () => /* => */ ({ a })',
    'f = async (a, b = () => 1) => // =>\n  a + b',
    'f = a => b => c => a',
    'class A { static { a() } m() {} }',
    '"use strict"\na()',
    '#!/usr/bin/env node\na()',
    'function* g(a) { yield a }',
  ]) {
    it(source.replaceAll('\n', ' '), () => {
      const plain = instrumented(source);
      const calls = new Map([...plain.functions.keys()].map((number) => [number, '{}']));
      const visit = ({ function: owner }: { function: number }) =>
        calls.has(owner) ? { statement: CALL, expression: CALL } : undefined;
      const { code, stops } = instrument(source, ['commonjs'], visit, undefined, calls)!;
      assert.equal(withoutProbes(code), source);
      assert.deepEqual(stops, plain.stops);
      assert.doesNotThrow(() => new Script(`(function () {${code.replace(/^#!/, '//')}\n})`));
      assert.equal(code.split(`const ${CALL}=`).length - 1, new Set(stops.map((stop) => stop.function)).size);
    });
  }
});

describe('instrument: ends of calls', () => {
  for (const source of [
    'function f(a) { if (a) return\n else return; }',
    'function f(a) { if (a) return a; throw a }',
    'f = async (a) => { return await (await a).b }',
    'f = async a => await a',
    'async function f(a) { for await (const b of a) await b; return { b: await a, c: [await a] } }',
    'function* g(a) { const b = yield; yield* a; return (yield a, b) }',
    'class A { static { a() } static {} get m() { return a } constructor() { return (a) } }',
    'function f() { try { return 1 } finally { return /* nothing */ } }',
    'with (a) { f(function () { return 1 }) } b()',
    'f = a => { return b => c => b(a) && c }',
    'f = async (a) => { if (a) throw async () => await a }',
    'return a',
    '"use strict"',
  ]) {
    it(source.replaceAll('\n', ' '), () => {
      const plain = instrument(source, ['module', 'commonjs']);
      const calls = new Map([...(plain?.functions.keys() ?? [])].map((number) => [number, '{}']));
      const { code, stops } = instrument(source, ['module', 'commonjs'], () => goesOn, callEnds, calls) ?? {
        code: source,
      };
      assert.equal(withoutProbes(code), source);
      assert.deepEqual(stops, plain?.stops);
      assert.doesNotThrow(() => new Script(`(function () {${code}\n})`));
    });
  }
});

describe('instrument: columns', () => {
  it('maps every column of the original there and back', () => {
    const source = 'if (a) b(); else c(x => x.y, function () { return 1 })\n  d(); e()\nf()';
    const { code, columns, stops } = instrumented(source);
    const originalLines = source.split('\n');
    code.split('\n').forEach((text, line) => {
      originalLines[line]!.split('').forEach((character, column) => {
        const seen = columns.toInstrumented(line, column);
        assert.equal(text[seen], character, `${line}:${column}`);
        assert.equal(columns.toOriginal(line, seen), column);
      });
    });
    for (const { line, column } of stops) {
      const probe = columns.toInstrumented(line, column) - 1;
      assert.equal(columns.toOriginal(line, probe), column, 'a column inside a probe belongs to its statement');
    }
  });

  it('counts lines as ECMAScript does', () => {
    const starts = lineStarts('a\r\nb\u2028c\rd');
    assert.deepEqual(starts, [0, 3, 5, 7]);
    assert.deepEqual(positionAt(starts, 5), { line: 2, column: 0 });
  });
});

describe('instrument: counting', () => {
  it('counts statements and stops when asked', () => {
    const context = createContext({});
    const probes = runInContext(declareProbes, context) as ProbeAccess;
    const stopped: number[] = [];
    probes.onStop(() => {
      stopped.push(probes.point());
      probes.countFrom(probes.point(), 100);
    });
    probes.countFrom(0, 4);
    runInContext(instrumented('let n = 0; for (const i of [1, 2]) { n += i }').code, context);
    assert.deepEqual(stopped, [4], 'let, for and twice its body');
  });

  it('runs what a query puts at a stop', () => {
    const context = createContext({});
    runInContext(realmScript, context);
    const result = instrument('const f = x => x * 2;\nf(21)', ['commonjs'], ({ column }) =>
      column > 0 ? { statement: '', expression: `${PREFIX}h(7)` } : undefined,
    );
    assert.match(result!.code, /\$Ap3x\$h\(7\),/);
    assert.equal(withoutProbes(result!.code), 'const f = x => x * 2;\nf(21)');
  });
});
