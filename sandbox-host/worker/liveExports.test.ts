import assert from 'node:assert/strict';
import { withLiveExports } from './liveExports.ts';

const doors = (...pairs: string[]) =>
  `\n;__apexModule("/app/a.js", { ${pairs
    .map((pair) => pair.split('='))
    .map(([name, local]) => `"${name}": [() => ${local}, (__apexNext) => { ${local} = __apexNext; }]`)
    .join(', ')} });`;

describe('live exports', () => {
  const cases: [title: string, source: string, expected: string, ...pairs: string[]][] = [
    ['a constant, at the same width', 'export const a = 1;', 'export let   a = 1;', 'a=a'],
    ['a function and a class', 'export function f() {}\nexport class C {}', '', 'f=f', 'C=C'],
    [
      'what a list exports',
      'const a = 1, b = 2;\nexport { a, b as c };',
      'let   a = 1, b = 2;\nexport { a, b as c };',
      'a=a',
      'c=b',
    ],
    [
      'patterns',
      'export const { a, b: [c = 1, ...d] } = x;',
      'export let   { a, b: [c = 1, ...d] } = x;',
      'a=a',
      'c=c',
      'd=d',
    ],
    ['a named default', 'export default function f() {}', '', 'default=f'],
    [
      'a default expression',
      'export default { a: 1 };',
      "let __apexDefault = ({ 'default': { a: 1 } })['default']; export { __apexDefault as default };",
      'default=__apexDefault',
    ],
    [
      'a default function without a name',
      'export default () => 1',
      "let __apexDefault = ({ 'default': () => 1 })['default']; export { __apexDefault as default };",
      'default=__apexDefault',
    ],
    ['nothing of what other modules export', "import { a } from './b.js';\nexport { a };\nexport * from './c.js';", ''],
    ['constants of its own stay', 'const a = 1;', ''],
  ];
  for (const [title, source, expected, ...pairs] of cases) {
    it(title, () =>
      assert.equal(
        withLiveExports(source, '/app/a.js'),
        (expected || source) + (pairs.length ? doors(...pairs) : '\n;__apexModule("/app/a.js", {  });'),
      ),
    );
  }

  it('leaves what it cannot read to V8', () =>
    assert.equal(withLiveExports('export const = 1', '/app/a.js'), 'export const = 1'));
});
