import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { matchGolden } from './golden.ts';
import { killStarted, startLsp } from './lspClient.ts';
import { type ProjectFolder, withFolder } from './projectFolder.ts';

const tls = "require('https').get({ host: 'a.example', rejectUnauthorized: false });\n";

/** Opens a document in a workspace that nobody trusts yet; gives what the server found and all it said by itself. */
async function look(folder: ProjectFolder, name: string, text: string) {
  const said: unknown[] = [];
  const client = await startLsp({ textDocument: { diagnostic: {} } }, {}, folder.uri, (connection) => {
    connection.onRequest((method, params) => {
      said.push([method, params]);
      return null;
    });
    connection.onNotification((method, params) => {
      said.push([method, params]);
    });
  });
  const uri = `${folder.uri}/${name}`;
  const textDocument = { uri, languageId: 'javascript', version: 1, text };
  await client.connection.sendNotification('textDocument/didOpen', { textDocument });
  const { items } = (await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } })) as {
    items: { code: string; message: string }[];
  };
  const scan = await client.connection.sendRequest('apex/scanWorkspace');
  assert.equal(await client.stop(), 0);
  return folder.shown({ found: items.map(({ code, message }) => [code, message]), scan, said });
}

describe('an untrusted workspace', () => {
  afterEach(killStarted);

  it('is analysed without running anything that lies in it', async () => {
    const mark = (name: string): string =>
      `require('fs').writeFileSync(require('path').join(__dirname, '${name}.ran'), '');\n`;
    // Whatever tools of this kind are known to load: their settings as programs, plugins, hooks of packages.
    const traps = ['eslint.config.js', 'apex.config.js', 'apex.models.js', '.pnp.cjs', 'index.js', 'plugin.js'];
    const files = {
      ...Object.fromEntries(traps.map((name) => [name, mark(name)])),
      'package.json': JSON.stringify({
        name: 'trap',
        version: '1.0.0',
        main: 'index.js',
        scripts: { preinstall: 'touch preinstall.ran', prepare: 'touch prepare.ran' },
        apex: { plugins: ['./plugin.js'] },
      }),
      'tsconfig.json': JSON.stringify({ compilerOptions: { plugins: [{ name: './plugin.js' }] } }),
      'node_modules/typescript/index.js': mark('typescript'),
      'a.js': `require('./plugin');\n${tls}`,
    };
    await withFolder(files, async (folder) => {
      const looked = await look(folder, 'a.js', files['a.js']);
      const ran = [...traps, 'typescript', 'preinstall', 'prepare'].filter(
        (name) =>
          existsSync(join(folder.path, `${name}.ran`)) ||
          existsSync(join(folder.path, 'node_modules/typescript', `${name}.ran`)),
      );
      matchGolden('untrusted', { ...looked, ran });
    });
  });

  it('cannot hold the server up with links to devices and loops', async function () {
    if (process.platform === 'win32') this.skip();
    await withFolder({ 'a.js': `${tls}require('./endless');\n` }, async (folder) => {
      mkdirSync(join(folder.path, 'views'));
      const names = ['apex.models.yaml', 'apex.policy.json', 'tsconfig.json', 'package.json', '.gitignore'];
      for (const name of [...names, 'endless.js', 'views/page.ejs']) symlinkSync('/dev/zero', join(folder.path, name));
      symlinkSync('loop', join(folder.path, 'loop'));
      symlinkSync(folder.path, join(folder.path, 'itself'));
      matchGolden('untrustedLinks', await look(folder, 'a.js', `${tls}require('./endless');\n`));
    });
  });
});
