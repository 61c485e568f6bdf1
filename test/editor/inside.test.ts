import assert from 'node:assert/strict';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Load, runInsideExtensionHost } from './extensionHost.ts';
import { packagedExtension, ROOT } from './extensionUnderTest.ts';

const outdir = join(ROOT, 'out/inside');

async function bundleTests(): Promise<string> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { index: 'test/editor/inside/index.ts', 'inside.test': 'test/editor/inside/all.ts' },
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
  });
  return join(outdir, 'index.cjs');
}

async function expectAllPass(load: Load) {
  const results = await runInsideExtensionHost(load, join(ROOT, 'examples/shop'), await bundleTests());
  for (const { title, passed } of results) console.log(`      ${passed ? '✔' : '✘'} ${title}`);
  assert.ok(results.length > 0);
  assert.deepEqual(
    results.filter((result) => !result.passed),
    [],
  );
}

describe('inside the extension host', function () {
  this.timeout(600_000);

  it('all tests pass with the unpacked extension', () => expectAllPass({ development: ROOT }));

  it('all tests pass with the packaged extension', async () => expectAllPass({ vsix: packagedExtension() }));
});
