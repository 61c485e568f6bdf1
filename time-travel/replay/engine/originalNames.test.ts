import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import ts from 'typescript';
import { functionPlaces } from './functionPlaces.ts';
import { plainLauncher } from './launch.ts';
import { ReplaySession } from './replaySession.ts';

const cart = `export interface Line { price: number; quantity: number }

const currency = ['EUR'].join();

export class Till {
  taken = 0;
  add(amount: number): number {
    this.taken += amount;
    return this.taken;
  }
}

export function total(lines: Line[], discount = 0): string {
  let sum = 0;
  for (const line of lines) {
    const { price, quantity: howMany } = line;
    sum += price * howMany;
    console.log('so far', sum);
  }
  const callback = (factor: number) => {
    const reduced = sum * factor - discount;
    return reduced;
  };
  return [callback(2), callback(3), currency].join();
}
`;
const main = `import { total as addUp, Till } from './cart.ts';

const currency = ['none'];
const lines = [{ price: 100, quantity: 2 }, { price: 50, quantity: 1 }];
const till = new Till();
till.add(7);
console.log(addUp(lines, 3), currency, till.taken);
`;

describe('names of the author in programs that were built', function () {
  this.timeout(180_000);
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-names-')));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/cart.ts'), cart);
    writeFileSync(join(folder, 'src/main.ts'), main);
  });
  after(() => rmSync(folder, { recursive: true }));

  const source = (name: string) => join(folder, 'src', name);
  const lineOf = (text: string, part: string) => text.split('\n').findIndex((line) => line.includes(part));
  const bundled = (name: string, options: BuildOptions) => {
    const outfile = join(folder, name);
    buildSync({
      entryPoints: [source('main.ts')],
      bundle: true,
      platform: 'node',
      sourcemap: true,
      outfile,
      ...options,
    });
    return outfile;
  };
  /** As tsc writes each file beside itself. */
  const compiled = (name: string, compilerOptions: ts.CompilerOptions) => {
    for (const [file, text] of [
      ['cart', cart],
      ['main', main.replace('./cart.ts', './cart.js')],
    ] as const) {
      const { outputText, sourceMapText } = ts.transpileModule(text, {
        fileName: `../src/${file}.ts`,
        compilerOptions: { sourceMap: true, module: ts.ModuleKind.CommonJS, ...compilerOptions },
      });
      const path = join(folder, name, `${file}.js`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, outputText);
      const map = { ...JSON.parse(sourceMapText!), sources: [`../src/${file}.ts`] };
      writeFileSync(`${path}.map`, JSON.stringify(map));
    }
    return join(folder, name, 'main.js');
  };

  for (const [what, build] of [
    ['a bundle', () => bundled('bundle.cjs', {})],
    ['a minified bundle', () => bundled('small.cjs', { minify: true })],
    ['a minified ES module', () => bundled('small.mjs', { minify: true, format: 'esm' })],
    ['a minified bundle whose map has no texts', () => bundled('bare.cjs', { minify: true, sourcesContent: false })],
    ['what tsc wrote', () => compiled('tsc', { target: ts.ScriptTarget.ES2022 })],
    ['what tsc wrote for an old engine', () => compiled('tsc5', { target: ts.ScriptTarget.ES5 })],
  ] as [string, () => string][]) {
    it(`hold in ${what}`, async () => {
      const session = await ReplaySession.open(plainLauncher(process.execPath, build()));
      try {
        // Without a text the map has only the name under which it is exported.
        const imported = what.includes('no texts') ? 'total' : 'addUp';
        const [inLoop, inCallback, atEnd] = await session.visits([
          { path: source('cart.ts'), line: lineOf(cart, 'sum +='), expressions: ['price * howMany', '({ sum })'] },
          { path: source('cart.ts'), line: lineOf(cart, 'const reduced'), condition: 'factor === 2 && discount === 3' },
          {
            path: source('main.ts'),
            line: lineOf(main, 'addUp(lines'),
            expressions: ['currency', `typeof ${imported}`],
          },
        ]);
        assert.equal(inLoop!.points.length, 2, 'in the loop');
        assert.equal(inCallback!.points.length, 1, 'in the callback');
        assert.equal(atEnd!.points.length, 1, 'at the end');
        assert.deepEqual(
          [0, 1].map((visit) => inLoop!.values.at(visit)[0]),
          ['200', '50'],
        );
        assert.deepEqual(atEnd!.values.at(0), ["[ 'none' ]", 'function']);

        const { frames } = await session.pauseAt(inCallback!.points[0]!);
        const own = frames.filter(({ program }) => program);
        const called = own.map(({ original, name }) => original?.name ?? name);
        assert.deepEqual(called.slice(0, 2), ['callback', 'total']);
        const value = async (frame: number, text: string) =>
          (await session.evaluate(inCallback!.points[0]!, frame, text)).value;
        assert.equal(await value(0, 'sum + factor'), '252');
        assert.equal(await value(1, 'lines.map((line) => line.price + sum)'), '[ 350, 300 ]');
        assert.equal(await value(1, 'currency'), 'EUR', 'each file has its own');
        assert.equal(await value(2, 'currency'), "[ 'none' ]", 'each file has its own');
        assert.match(await value(2, `${imported}(lines, 3)`), /EUR/);

        const { writes } = await session.writes.of(inCallback!.points[0]!, 0, 'sum');
        assert.equal(writes.length, 3);
        const add = await session.visits(await functionPlaces(session, 'Till.add', 'amount === 7'));
        assert.equal(add.flatMap(({ points }) => points).length, 1, 'calls of Till.add');
        const { outcome } = await session.branches.open(
          { kind: 'value', point: inCallback!.points[0]!, frame: 0, expression: 'sum = 1' },
          { goOn: true },
        );
        assert.equal(outcome.value, '1');
      } finally {
        session.close();
      }
    });
  }
});
