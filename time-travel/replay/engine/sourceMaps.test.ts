import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { plainLauncher } from './launch.ts';
import { ReplaySession } from './replaySession.ts';

const cart = `// Prices are in cents.

export interface Line { price: number; quantity: number }

export function total(lines: Line[]): number {
  let sum = 0;
  for (const line of lines) {
    sum += line.price * line.quantity;
  }
  return sum;
}
`;
const main = `import { total } from './cart.ts';

const lines = [{ price: 100, quantity: 2 }, { price: 50, quantity: 1 }];
console.log(total(lines));
`;

describe('source maps', function () {
  this.timeout(180_000);
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-maps-')));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/cart.ts'), cart);
    writeFileSync(join(folder, 'src/main.ts'), main);
  });
  after(() => rmSync(folder, { recursive: true }));

  const source = (name: string) => join(folder, 'src', name);
  const bundle = (name: string, options: BuildOptions) => {
    const outfile = join(folder, 'dist', name);
    buildSync({ entryPoints: [source('main.ts')], bundle: true, platform: 'node', outfile, ...options });
    return outfile;
  };
  const opened = async (program: string, check: (session: ReplaySession) => Promise<void>) => {
    const session = await ReplaySession.open(plainLauncher(process.execPath, program));
    try {
      await check(session);
    } finally {
      session.close();
    }
  };

  for (const [what, options] of [
    ['beside a bundle', { sourcemap: true }],
    ['inside a bundle', { sourcemap: 'inline' }],
    ['of a bundle on one line', { sourcemap: true, minify: true }],
    ['without the texts of the sources', { sourcemap: true, sourcesContent: false }],
  ] as [string, BuildOptions][]) {
    it(`lead to the original: a map ${what}`, () =>
      opened(bundle(`${what.replaceAll(' ', '-')}.cjs`, options), async (session) => {
        const [inLoop, blank] = await session.visits([
          { path: source('cart.ts'), line: 7 },
          { path: source('main.ts'), line: 1 },
        ]);
        assert.deepEqual(inLoop!.resolved?.line, 7);
        assert.equal(inLoop!.points.length, 2);
        assert.equal(blank!.resolved?.line, 2, 'the next statement');
        const { frames } = await session.pauseAt(inLoop!.points[1]!);
        const own = frames.filter(({ program }) => program).map(({ original }) => original!);
        assert.deepEqual(
          own.map(({ path, line }) => [path, line]),
          [
            [source('cart.ts'), 7],
            [source('main.ts'), 3],
          ],
        );
        assert.equal(await session.findSource('src/cart.ts'), source('cart.ts'));
        const content = await session.sourceText(source('cart.ts'));
        if (options.sourcesContent !== false) assert.equal(content, cart);
      }));
  }

  it('lead from a transpiled file to one of the same path', async () => {
    const path = join(folder, 'same.cjs');
    const generated = 'let a = 1; let b = a + 1;\nconsole.log(a, b);\n';
    const map = { version: 3, sources: ['same.cjs'], names: [], mappings: 'AAEA,WAEA;AAEA' };
    const url = Buffer.from(JSON.stringify(map)).toString('base64');
    writeFileSync(path, `${generated}//# sourceMappingURL=data:application/json;base64,${url}\n`);
    await opened(path, async (session) => {
      const [second] = await session.visits([{ path, line: 4 }]);
      assert.deepEqual([second!.resolved?.line, second!.points], [4, [2]]);
      const { frames } = await session.pauseAt(2);
      assert.equal(frames[0]!.original?.line, 4);
    });
  });

  for (const [what, text, note] of [
    ['is no JSON', '{ "version": 3,', /JSON/],
    ['has mappings that are none', '{"version":3,"sources":["a.ts"],"names":[],"mappings":"!!"}', /cannot be used/],
    ['is another kind of JSON', '[]', /cannot be used/],
    ['is missing', undefined, /there is no file/],
  ] as const) {
    it(`are told of and left when the map ${what}`, async () => {
      const path = join(folder, `${what.replaceAll(' ', '-')}.cjs`);
      writeFileSync(path, `let a = 1;\nconsole.log(a);\n//# sourceMappingURL=${what.replaceAll(' ', '-')}.map\n`);
      if (text !== undefined) writeFileSync(join(folder, `${what.replaceAll(' ', '-')}.map`), text);
      await opened(path, async (session) => {
        const notes: string[] = [];
        session.sourceMaps.onNote = (told) => notes.push(told);
        const [second] = await session.visits([{ path, line: 1 }]);
        assert.deepEqual(second!.points, [2]);
        const { frames } = await session.pauseAt(2);
        assert.deepEqual([frames[0]!.original, frames[0]!.line], [undefined, 1]);
        assert.equal(notes.length, 1);
        assert.match(notes[0]!, note);
      });
    });
  }

  it('are read only from files that are called so, relative to the script', async () => {
    const path = join(folder, 'elsewhere.cjs');
    for (const url of ['/etc/hostname', 'file:///etc/hostname', 'https://localhost/x.map', 'cart.json']) {
      writeFileSync(path, `let a = 1;\n//# sourceMappingURL=${url}\n`);
      await opened(path, async (session) => {
        const notes: string[] = [];
        session.sourceMaps.onNote = (told) => notes.push(told);
        await session.pauseAt(1);
        assert.match(notes.join(), /is no file beside it/);
      });
    }
  });
});
