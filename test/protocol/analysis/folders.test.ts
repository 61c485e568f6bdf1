import assert from 'node:assert/strict';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { matchGolden } from './golden.ts';
import { killStarted, type LspClient, startLsp } from './lspClient.ts';
import { type ProjectFolder, withFolder } from './projectFolder.ts';

type Settings = Record<string, unknown>;

const capabilities = {
  textDocument: { diagnostic: {} },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    diagnostics: { refreshSupport: true },
    didChangeConfiguration: { dynamicRegistration: false },
  },
};

/** A client that answers questions for settings by their scope, and hears when they hold. */
interface Configured {
  /** Scopes that the server asked for, newest last. */
  asked: (string | null)[][];
  /** Settings by URI of their folder; `''` is everything. */
  settings: Record<string, Settings>;
  /** Resolves when the server has put settings to use that it asked for from now on. */
  applied(): Promise<void>;
}

function configure(connection: MessageConnection, settings: Record<string, Settings>): Configured {
  const asked: Configured['asked'] = [];
  const waiting: { since: number; resolve(): void }[] = [];
  const client: Configured = {
    asked,
    settings,
    applied: () => new Promise((resolve) => waiting.push({ since: asked.length, resolve })),
  };
  connection.onRequest('workspace/configuration', ({ items }: { items: { scopeUri?: string }[] }) => {
    asked.push(items.map(({ scopeUri }) => scopeUri ?? null));
    return items.map(({ scopeUri }) => client.settings[scopeUri ?? ''] ?? null);
  });
  connection.onRequest('workspace/diagnostic/refresh', () => {
    for (const waiter of waiting.filter(({ since }) => asked.length > since)) {
      waiting.splice(waiting.indexOf(waiter), 1);
      waiter.resolve();
    }
    return null;
  });
  return client;
}

async function open({ connection }: LspClient, uri: string, text: string): Promise<void> {
  const textDocument = { uri, languageId: 'javascript', version: 1, text };
  await connection.sendNotification('textDocument/didOpen', { textDocument });
}

type Shown = { code: string; severity: number; message: string }[];

async function pull({ connection }: LspClient, uri: string): Promise<string[]> {
  const report = await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
  const levels = ['', 'error', 'warning', 'information'];
  return (report as { items: Shown }).items.map(
    ({ code, severity, message }) => `${levels[severity]} ${code}: ${message}`,
  );
}

/** A server on these folders, and a client that has settings for it from its first question on. */
async function start(folder: ProjectFolder, names: string[], settings: Record<string, Settings>) {
  let configured: Configured | undefined;
  const uris = names.map((name) => `${folder.uri}${name}`);
  const client = await startLsp(capabilities, {}, uris, (connection) => {
    configured = configure(connection, settings);
  });
  return { client, configured: configured! };
}

describe('settings', () => {
  afterEach(killStarted);

  it('hold from the moment they change: severity, rules, library mode, off', async () => {
    const text = `const { createHash } = require('crypto');
const { exec } = require('child_process');
exports.name = (text) => createHash('md5').update(text).digest('hex');
exports.log = (branch, done) => exec('git log ' + branch, done);
require('https').get({ host: 'a.example', rejectUnauthorized: false });
`;
    await withFolder({ 'a.js': text }, async (folder) => {
      const { client, configured } = await start(folder, [''], { '': {} });
      const uri = `${folder.uri}/a.js`;
      await open(client, uri, text);
      const shown: Record<string, string[]> = {};
      const change = async (title: string, settings: Settings): Promise<void> => {
        const applied = configured.applied();
        configured.settings = { '': settings };
        await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
        await applied;
        shown[title] = await pull(client, uri);
      };
      await change('none', {});
      await change('severity high', { severity: 'high' });
      await change('a rule off', { rules: { 'disabled-tls-checks': 'off' } });
      await change('a rule raised', { severity: 'critical', rules: { 'weak-hash': 'critical' } });
      await change('library on', { library: 'on' });
      await change('library off', { library: 'off' });
      await change('not enabled', { enabled: false });
      await change('wrong values', { severity: 'loud', rules: { 'weak-hash': 3 }, library: 1, include: 'src' });
      matchGolden('settings', shown);
      assert.equal(await client.stop(), 0);
    });
  });

  it('say which files are scanned', async () => {
    const tls = "require('https').get({ host: 'a.example', rejectUnauthorized: false });\n";
    const files = Object.fromEntries(['src/a.js', 'src/old/b.js', 'tools/c.js'].map((name) => [name, tls]));
    await withFolder(files, async (folder) => {
      const { client, configured } = await start(folder, [''], { '': {} });
      const shown: Record<string, unknown> = {};
      const change = async (title: string, settings: Settings): Promise<void> => {
        const applied = configured.applied();
        configured.settings = { '': settings };
        await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
        await applied;
        shown[title] = await client.connection.sendRequest('apex/scanWorkspace');
      };
      await change('all', {});
      await change('include', { include: ['src/**'] });
      await change('exclude', { exclude: ['**/old/**'] });
      await change('both', { include: ['src/**'], exclude: ['old'] });
      matchGolden('includeExclude', shown);
      await client.stop();
    });
  });
});

describe('several folders', () => {
  afterEach(killStarted);

  const code = `const { createHash } = require('crypto');
const { run } = require('@/shell');
require('express')().get('/', (req) => run(createHash('md5').update(req.query.name).digest('hex') + req.query.name));
eval('1');
`;
  const shell = "const { exec } = require('child_process');\nexports.run = (command) => exec(command);\n";
  const aliases = '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["lib/*"] } } }';
  const files = {
    'shop/server.js': code,
    'shop/tsconfig.json': aliases,
    'shop/lib/shell.js': shell,
    'shop/apex.policy.json': '{ "version": 1, "analysis": { "forbiddenApis": { "eval": "no code from text" } } }',
    'desk/server.js': code,
    'desk/tsconfig.json': aliases,
    'desk/lib/shell.js': 'exports.run = (command) => command.length;\n',
    'desk/apex.policy.json': '{ "version": 1, "analysis": { "forbiddenModules": ["express"] } }',
  };

  it('have settings, policies and path aliases of their own', async () => {
    await withFolder(files, async (folder) => {
      const { client, configured } = await start(folder, ['/shop', '/desk'], {
        '': {},
        [`${folder.uri}/shop`]: { rules: { 'weak-hash': 'off' } },
        [`${folder.uri}/desk`]: { rules: { 'weak-hash': 'critical' } },
      });
      const [shop, desk] = ['shop', 'desk'].map((name) => `${folder.uri}/${name}/server.js`) as [string, string];
      const first = configured.applied();
      await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
      await first;
      await open(client, shop, code);
      await open(client, desk, code);
      await open(client, `${folder.uri}/shop/lib/shell.js`, shell);
      const both = { shop: await pull(client, shop), desk: await pull(client, desk) };
      // Only one of the two aliases leads here; its importer is open too.
      const viaAlias = await pull(client, `${folder.uri}/shop/lib/shell.js`);
      const scan = await client.connection.sendRequest('apex/scanWorkspace');

      const second = configured.applied();
      await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
        event: { added: [], removed: [{ uri: `${folder.uri}/desk`, name: 'desk' }] },
      });
      await second;
      const one = { shop: await pull(client, shop), desk: await pull(client, desk) };
      const scanOfOne = await client.connection.sendRequest('apex/scanWorkspace');

      const third = configured.applied();
      await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
        event: { added: [{ uri: `${folder.uri}/desk`, name: 'desk' }], removed: [] },
      });
      await third;
      const again = await pull(client, desk);
      const asked = configured.asked.slice(-2);
      matchGolden('folders', folder.shown({ both, viaAlias, scan, one, scanOfOne, again, asked }));
      assert.equal(await client.stop(), 0);
    });
  });
});
