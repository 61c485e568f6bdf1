import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openGuestFiles } from './guestFiles.ts';
import { moduleFormat } from './moduleFormat.ts';
import { resolveModule } from './resolveModule.ts';
import { packageName } from './resolvePackage.ts';

describe('packages in a sandbox', () => {
  let folder: string;
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-packages-')));
    write('app/main.ts', '');
    write('node_modules/old/package.json', '{ "name": "old", "main": "lib/index.js" }');
    write('node_modules/old/lib/index.js', 'exports.a = require("./b");');
    write('node_modules/old/lib/b.js', 'module.exports = 1;');
    write(
      'node_modules/@new/pkg/package.json',
      '{ "type": "module", "exports": { ".": { "import": "./m.js" }, "./deep": "./d.js" } }',
    );
    write('node_modules/@new/pkg/m.js', 'export const m = 1;');
    write('node_modules/@new/pkg/d.js', 'export const d = 1;');
    write('node_modules/@new/pkg/hidden.js', 'export const h = 1;');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('are found as Node finds them, under names of the guest', async () => {
    const files = openGuestFiles(join(folder, 'app/main.ts'));
    const load = async (specifier: string, referrer = '/app/main.ts') => {
      const module = await resolveModule(files, specifier, referrer, async () => {});
      return module.kind === 'refused' ? module.code : `${module.kind} ${module.url}`;
    };
    assert.equal(await load('old'), 'cjs /app/node_modules/old/lib/index.js');
    assert.equal(await load('./b', '/app/node_modules/old/lib/index.js'), 'cjs /app/node_modules/old/lib/b.js');
    assert.equal(await load('@new/pkg'), 'esm /app/node_modules/@new/pkg/m.js');
    assert.equal(await load('@new/pkg/deep'), 'esm /app/node_modules/@new/pkg/d.js');
    assert.equal(await load('@new/pkg/hidden.js'), 'module-not-found');
    assert.equal(await load('../../../app/main.ts', '/app/node_modules/old/lib/index.js'), 'module-not-found');
    assert.equal(
      await load('../../@new/pkg/m.js', '/app/node_modules/old/lib/index.js'),
      'esm /app/node_modules/@new/pkg/m.js',
    );
  });

  it('offer what is meant for programs without Node', async () => {
    const manifest = {
      exports: {
        '.': { node: './node.js', worker: { import: './worker.mjs', require: './worker.cjs' } },
        './parts/*': './parts/*.js',
        './(a+)+b*x': './node.js',
      },
      imports: { '#color': { node: './node.js', default: './browser.js' }, '#other': 'old' },
      browser: { './node.js': './browser.js', net: false },
    };
    write('node_modules/both/package.json', JSON.stringify(manifest));
    for (const file of ['node.js', 'browser.js', 'worker.mjs', 'worker.cjs', 'parts/one.js']) {
      write(`node_modules/both/${file}`, '');
    }
    const files = openGuestFiles(join(folder, 'app/main.ts'));
    const load = async (specifier: string, kind: 'import' | 'require', referrer = '/app/main.ts') => {
      const module = await resolveModule(files, specifier, referrer, async () => {}, kind);
      return module.kind === 'refused' ? module.code : module.url;
    };
    const inside = '/app/node_modules/both/worker.cjs';
    assert.equal(await load('both', 'import'), '/app/node_modules/both/worker.mjs');
    assert.equal(await load('both', 'require'), '/app/node_modules/both/worker.cjs');
    assert.equal(await load('both/parts/one', 'require'), '/app/node_modules/both/parts/one.js');
    assert.equal(await load('#color', 'require', inside), '/app/node_modules/both/browser.js');
    assert.equal(await load('#other', 'require', inside), '/app/node_modules/old/lib/index.js');
    assert.equal(await load('#none', 'require', inside), 'module-not-found');
    assert.equal(await load('./node', 'require', inside), '/app/node_modules/both/browser.js');
    assert.equal(await load('net', 'require', inside), '/apex/empty.js');
    assert.equal(await load('net', 'require'), 'module-not-found');
    assert.equal(await load('node:buffer', 'import'), '/apex/buffer.js');
    // A pattern like this would take a regular expression for ever.
    assert.equal(await load(`both/${'a'.repeat(3000)}`, 'require'), 'module-not-found');
  });

  it('are asked of the policy by their name', async () => {
    const files = openGuestFiles(join(folder, 'app/main.ts'));
    const asked: string[] = [];
    const module = await resolveModule(files, '@new/pkg/deep', '/app/main.ts', async (resource) => {
      asked.push(resource);
      throw new Error('not today');
    });
    assert.deepEqual(asked, ['@new/pkg']);
    assert.match(module.kind === 'refused' ? module.message : '', /"@new\/pkg\/deep" is not loaded: not today/);
  });

  it('are found by the manifest as it is now, though it is not read for each module', async () => {
    const files = openGuestFiles(join(folder, 'app/main.ts'));
    const load = async () => {
      const module = await resolveModule(files, 'changing', '/app/main.ts', async () => {});
      return module.kind === 'refused' ? module.code : module.url.split('/').at(-1);
    };
    for (const name of ['a', 'b']) write(`node_modules/changing/${name}.js`, '');
    for (const name of ['a', 'b', 'a', 'b']) {
      write('node_modules/changing/package.json', `{ "main": "./${name}.js" }`);
      assert.equal(await load(), `${name}.js`);
      assert.equal(await load(), `${name}.js`);
    }
    // Long ago: it is kept from now on, until it is another file of the same length and the same age.
    const manifest = join(folder, 'node_modules/changing/package.json');
    while (Date.now() - statSync(manifest).ctimeMs < 200) await new Promise(setImmediate);
    assert.equal(await load(), 'b.js');
    const { atime, mtime } = statSync(manifest);
    write('node_modules/changing/package.json', '{ "main": "./a.js" }');
    utimesSync(manifest, atime, mtime);
    assert.equal(await load(), 'a.js');
  });

  it('whose manifests would hold the host are not found', async () => {
    const files = openGuestFiles(join(folder, 'app/main.ts'));
    const load = async (specifier: string) => {
      const module = await resolveModule(files, specifier, '/app/main.ts', async () => {});
      return module.kind === 'refused' ? module.code : module.url;
    };
    const many = Array.from({ length: 40_000 }, (_, at) => `./none${at}.js`);
    write('node_modules/long/index.js', '');
    write('node_modules/long/package.json', JSON.stringify({ exports: [...many, './index.js'] }));
    write('node_modules/big/index.js', '');
    write('node_modules/big/package.json', JSON.stringify({ main: './index.js', padding: 'x'.repeat(1 << 20) }));
    assert.equal(await load('long'), 'module-not-found');
    assert.equal(await load('big'), 'module-not-found');
  });

  it('have names as npm allows them', () => {
    for (const [specifier, name] of [
      ['lodash/fp', 'lodash'],
      ['@a/b/c', '@a/b'],
      ['../x', undefined],
      ['', undefined],
    ] as const) {
      assert.equal(packageName(specifier), name);
    }
  });

  const formats: [string, string, 'esm' | 'cjs'][] = [
    ['a.mjs', 'require("x")', 'esm'],
    ['a.cjs', 'export {}', 'cjs'],
    ['a.js', 'import x from "y"', 'esm'],
    ['a.js', 'const x = require("y")', 'cjs'],
    ['a.js', '// export nothing\nmodule.exports = "import x"', 'cjs'],
    ['a.ts', 'const x = await import("y")', 'esm'],
  ];
  for (const [name, source, format] of formats) {
    it(`${name} with ${source} is ${format}`, () => assert.equal(moduleFormat(`/nowhere/${name}`, source), format));
  }
});
