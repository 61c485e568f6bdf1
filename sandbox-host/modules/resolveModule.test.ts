import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedModule } from '../bridge/modules.ts';
import { openGuestFiles } from './guestFiles.ts';
import { resolveModule } from './resolveModule.ts';

describe('modules of a sandboxed program', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-modules-'));
    mkdirSync(join(folder, 'app/lib/deep'), { recursive: true });
    writeFileSync(join(folder, 'secret.ts'), 'export const secret = 1;');
    for (const name of ['main.ts', 'lib/cart.ts', 'lib/deep/index.js', 'data.json', 'picture.png']) {
      writeFileSync(join(folder, 'app', name), name);
    }
    symlinkSync(join(folder, 'secret.ts'), join(folder, 'app/link.ts'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const resolve = (specifier: string, referrer = '/app/main.ts'): Promise<LoadedModule> =>
    resolveModule(openGuestFiles(join(folder, 'app/main.ts')), specifier, referrer, async () => {});

  const found: [string, string, string][] = [
    ['./lib/cart.ts', '/app/main.ts', '/app/lib/cart.ts'],
    ['./lib/cart.js', '/app/main.ts', '/app/lib/cart.ts'],
    ['./lib/cart', '/app/main.ts', '/app/lib/cart.ts'],
    ['./deep', '/app/lib/cart.ts', '/app/lib/deep/index.js'],
    ['../data.json', '/app/lib/cart.ts', '/app/data.json'],
    ['/app/main.ts', '', '/app/main.ts'],
    ['apex', '/app/main.ts', 'apex'],
  ];
  for (const [specifier, referrer, url] of found) {
    it(`finds ${specifier} from ${referrer || 'the host'}`, async () => {
      const module = await resolve(specifier, referrer);
      assert.notEqual(module.kind, 'refused');
      assert.equal(module.kind !== 'refused' && module.url, url);
    });
  }

  const refused: [string, 'module-refused' | 'module-not-found'][] = [
    ['../secret.ts', 'module-refused'],
    ['/etc/passwd', 'module-refused'],
    ['/app/../secret.ts', 'module-refused'],
    ['./link.ts', 'module-refused'],
    ['./picture.png', 'module-refused'],
    ['./nowhere.ts', 'module-not-found'],
    ['lodash', 'module-not-found'],
    ['file:///etc/passwd', 'module-not-found'],
    ['./main.ts\0.png', 'module-refused'],
  ];
  for (const [specifier, code] of refused) {
    it(`does not load ${JSON.stringify(specifier)}`, async () => {
      const module = await resolve(specifier);
      assert.equal(module.kind === 'refused' && module.code, code);
      assert.ok(!JSON.stringify(module).includes(folder), 'names no path of this machine');
    });
  }

  it('says which file it cannot open', () => {
    assert.throws(() => openGuestFiles(join(folder, 'gone.ts')), { code: 'file-not-found' });
    assert.throws(() => openGuestFiles(folder), { code: 'not-a-file' });
  });
});
