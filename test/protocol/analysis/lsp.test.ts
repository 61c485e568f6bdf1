import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { matchGolden } from './golden.ts';
import { killStarted, startLsp } from './lspClient.ts';

const uri = 'file:///shop/server.js';
const text = `const { exec } = require('node:child_process');
const https = require('node:https');
require('express')().get('/ping', (req, res) => {
  exec('ping ' + req.query.host);
});
https.get({ host: 'a.example', rejectUnauthorized: false });
`;
const open = (languageId = 'javascript', content = text) => ({
  textDocument: { uri, languageId, version: 1, text: content },
});
const document = { textDocument: { uri } };
const pull = { textDocument: { diagnostic: {} } };

describe('language server', () => {
  afterEach(killStarted);

  it('answers pulled diagnostics with the path as related information', async () => {
    const client = await startLsp(pull);
    await client.connection.sendNotification('textDocument/didOpen', open());
    matchGolden('pull', await client.connection.sendRequest('textDocument/diagnostic', document));
    assert.deepEqual(client.pushed, []);
    assert.equal(await client.stop(), 0);
  });

  it('pushes diagnostics while typing to clients that do not pull', async () => {
    const client = await startLsp({});
    const first = client.nextPush(uri);
    await client.connection.sendNotification('textDocument/didOpen', open());
    assert.equal((await first).length, 2);
    const start = text.indexOf("'ping ' + req.query.host");
    const line = 3;
    const column = start - text.lastIndexOf('\n', start) - 1;
    const range = {
      start: { line, character: column },
      end: { line, character: column + "'ping ' + req.query.host".length },
    };
    const second = client.nextPush(uri);
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range, text: "'uptime'" }],
    });
    const codes = (await second).map((diagnostic) => (diagnostic as { code: string }).code);
    assert.deepEqual(codes, ['disabled-tls-checks']);
    const cleared = client.nextPush(uri);
    await client.connection.sendNotification('textDocument/didClose', document);
    assert.deepEqual(await cleared, []);
    await client.stop();
  });

  it('repairs: the edit of the quick fix removes the finding', async () => {
    const client = await startLsp(pull);
    await client.connection.sendNotification('textDocument/didOpen', open());
    const range = { start: { line: 5, character: 40 }, end: { line: 5, character: 40 } };
    const actions = await client.connection.sendRequest('textDocument/codeAction', {
      ...document,
      range,
      context: { diagnostics: [] },
    });
    matchGolden('repair', actions);
    const [action] = actions as { edit: { changes: Record<string, { range: unknown; newText: string }[]> } }[];
    const edits = action!.edit.changes[uri]!.map(({ range: place, newText }) => ({ range: place, text: newText }));
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: edits,
    });
    const report = (await client.connection.sendRequest('textDocument/diagnostic', document)) as {
      items: { code: string }[];
    };
    assert.deepEqual(
      report.items.map(({ code }) => code),
      ['command-injection'],
    );
    await client.stop();
  });

  it('offers the path where the client has a view for it', async () => {
    const client = await startLsp(pull, { pathView: true });
    await client.connection.sendNotification('textDocument/didOpen', open());
    const range = { start: { line: 3, character: 4 }, end: { line: 3, character: 4 } };
    matchGolden(
      'showPath',
      await client.connection.sendRequest('textDocument/codeAction', {
        ...document,
        range,
        context: { diagnostics: [] },
      }),
    );
    await client.stop();
  });

  it('shows paths that start in files that import the open one, and follows both', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apex-lsp-'));
    try {
      const routes = `const git = require('./git');
require('express')().get('/log', (req, res) => res.json(git.log(req.query.from)));
`;
      const git = "const { exec } = require('child_process');\nexports.log = (from) => exec('git log ' + from);\n";
      writeFileSync(join(folder, 'routes.js'), routes);
      writeFileSync(join(folder, 'git.js'), git);
      const root = pathToFileURL(folder).href;
      const watched = { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } };
      const client = await startLsp(watched, {}, root);
      const opened = `${root}/git.js`;
      /** The next pushed diagnostics that are as many as wanted. */
      const pushed = async (count: number): Promise<unknown[]> => {
        for (;;) {
          const diagnostics = await client.nextPush(opened);
          if (diagnostics.length === count) return diagnostics;
        }
      };
      const first = pushed(1);
      await client.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri: opened, languageId: 'javascript', version: 1, text: git },
      });
      matchGolden('importers', JSON.parse(JSON.stringify(await first).replaceAll(root, 'file:///app')));

      const none = pushed(0);
      writeFileSync(join(folder, 'routes.js'), routes.replace('req.query.from', "'HEAD'"));
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
        changes: [{ uri: `${root}/routes.js`, type: 2 }],
      });
      assert.deepEqual(await none, []);
      await client.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('shows in a template what a route puts into it, and repairs it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apex-lsp-'));
    try {
      const template = '<p>Found for <%- term %></p>\n';
      mkdirSync(join(folder, 'views'));
      writeFileSync(join(folder, 'views/search.ejs'), template);
      writeFileSync(
        join(folder, 'app.js'),
        "require('express')().get('/', (req, res) => res.render('search', { term: req.query.term }));\n",
      );
      const root = pathToFileURL(folder).href;
      const opened = `${root}/views/search.ejs`;
      const client = await startLsp({}, {}, root);
      /** The next pushed diagnostics that are as many as wanted. */
      const pushed = async (count: number): Promise<unknown[]> => {
        for (;;) {
          const diagnostics = await client.nextPush(opened);
          if (diagnostics.length === count) return diagnostics;
        }
      };
      const found = pushed(1);
      await client.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri: opened, languageId: 'html', version: 1, text: template },
      });
      const diagnostics = await found;
      const place = { start: { line: 0, character: 16 }, end: { line: 0, character: 16 } };
      const actions = await client.connection.sendRequest('textDocument/codeAction', {
        textDocument: { uri: opened },
        range: place,
        context: { diagnostics: [] },
      });
      const none = pushed(0);
      await client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: opened, version: 2 },
        contentChanges: [{ text: template.replace('<%-', '<%=') }],
      });
      assert.deepEqual(await none, []);
      matchGolden('template', JSON.parse(JSON.stringify({ diagnostics, actions }).replaceAll(root, 'file:///app')));
      await client.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('holds to the policy of a folder, follows its changes, and keeps it when it breaks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apex-lsp-'));
    try {
      const root = pathToFileURL(folder).href;
      const policy = (analysis: object): void =>
        writeFileSync(join(folder, 'apex.policy.json'), JSON.stringify({ version: 1, analysis }));
      policy({ rules: { 'weak-hash': 'off' }, forbiddenModules: ['moment'] });
      const client = await startLsp(pull, {}, root);
      const { connection } = client;
      const warned = new Promise<string>((resolve) =>
        connection.onNotification('window/showMessage', ({ message }: { message: string }) => resolve(message)),
      );
      const code =
        "import moment from 'moment';\nimport { createHash } from 'crypto';\ncreateHash('md5');\neval('1');\n";
      const file = { uri: `${root}/a.js`, languageId: 'javascript', version: 1, text: code };
      await connection.sendNotification('textDocument/didOpen', { textDocument: file });
      const found = async (): Promise<string[]> => {
        const report = await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: file.uri } });
        return (report as { items: { message: string }[] }).items.map(({ message }) => message);
      };
      const changed = (): Promise<void> =>
        connection.sendNotification('workspace/didChangeWatchedFiles', {
          changes: [{ uri: `${root}/apex.policy.json`, type: 2 }],
        });
      const modules = await found();
      policy({ rules: { 'weak-hash': 'off' }, forbiddenApis: { eval: 'no code from text' } });
      await changed();
      const apis = await found();
      writeFileSync(join(folder, 'apex.policy.json'), '{ "version": 2 }');
      await changed();
      const warning = await warned;
      const broken = await found();
      matchGolden('policy', { modules, apis, broken, warning: warning.replaceAll(realpathSync(folder), '/app') });
      await client.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('answers pulls for the whole workspace, and waits when there is nothing new', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apex-lsp-'));
    try {
      const tls = "require('https').get({ host: 'a.example', rejectUnauthorized: false });\n";
      writeFileSync(join(folder, 'a.js'), tls);
      writeFileSync(join(folder, 'b.js'), 'module.exports = 1;\n');
      writeFileSync(join(folder, 'c.js'), `// apex-ignore disabled-tls-checks -- only in the laboratory\n${tls}`);
      const root = pathToFileURL(folder).href;
      const client = await startLsp(pull, {}, root);
      const { connection } = client;
      type Report = { items: { kind: string; uri: string; resultId: string; items: { code: string }[] }[] };
      const ask = (previousResultIds: { uri: string; value: string }[]): Promise<Report> =>
        connection.sendRequest('workspace/diagnostic', { previousResultIds });
      const shown = ({ items }: Report) =>
        items.map(({ kind, uri: of, items: found }) => [kind, of.slice(root.length), found.map(({ code }) => code)]);
      const first = await ask([]);
      assert.deepEqual(shown(first), [['full', '/a.js', ['disabled-tls-checks']]]);
      const next = ask(first.items.map(({ uri: of, resultId }) => ({ uri: of, value: resultId })));
      // The pull waits; another request is answered meanwhile.
      const hover = { textDocument: { uri: `${root}/a.js` }, position: { line: 0, character: 0 } };
      assert.equal(await connection.sendRequest('textDocument/hover', hover), null);
      writeFileSync(
        join(folder, 'b.js'),
        "module.exports = eval(process.argv[2]) ?? require('crypto').createHash('md5');\n",
      );
      writeFileSync(join(folder, 'a.js'), 'module.exports = 2;\n');
      await connection.sendNotification('workspace/didChangeWatchedFiles', {
        changes: ['a.js', 'b.js'].map((name) => ({ uri: `${root}/${name}`, type: 2 })),
      });
      matchGolden('workspace', shown(await next));
      await client.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('reads the models of a folder, says what is wrong in them, and completes them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apex-lsp-'));
    try {
      const root = pathToFileURL(folder).href;
      const client = await startLsp(pull, {}, root);
      const code = `require('express')().get('/', (req) => require('our-shell').start(req.query.name));\n`;
      const file = { uri: `${root}/a.js`, languageId: 'javascript', version: 1, text: code };
      const models = {
        uri: `${root}/apex.models.yaml`,
        languageId: 'yaml',
        version: 1,
        text: 'sinks:\n  - { ref: our-shell.start, args: 0, kind: comand }\n',
      };
      const { connection } = client;
      const diagnostics = (uri: string) => connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
      await connection.sendNotification('textDocument/didOpen', { textDocument: file });
      await connection.sendNotification('textDocument/didOpen', { textDocument: models });
      const wrong = await diagnostics(models.uri);
      const silent = await diagnostics(file.uri);
      const place = { start: { line: 1, character: 43 }, end: { line: 1, character: 49 } };
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: models.uri, version: 2 },
        contentChanges: [{ range: place, text: 'command' }],
      });
      const right = await diagnostics(models.uri);
      const { items } = (await diagnostics(file.uri)) as { items: { code: string }[] };
      const complete = (line: number, character: number) =>
        connection.sendRequest('textDocument/completion', {
          textDocument: { uri: models.uri },
          position: { line, character },
        });
      const labels = (list: unknown) => (list as { label: string }[]).map(({ label }) => label);
      matchGolden('models', {
        wrong,
        silent,
        right,
        found: items.map(({ code: rule }) => rule),
        sections: labels(await complete(2, 0)),
        fields: labels(await complete(1, 6)),
        kinds: labels(await complete(1, 43)),
      });
      await client.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('explains the rule on hover and scores the file in a lens', async () => {
    const client = await startLsp(pull);
    await client.connection.sendNotification('textDocument/didOpen', open());
    const hover = await client.connection.sendRequest('textDocument/hover', {
      ...document,
      position: { line: 3, character: 4 },
    });
    const lenses = await client.connection.sendRequest('textDocument/codeLens', document);
    matchGolden('hoverAndLens', { hover, lenses });
    await client.stop();
  });

  it('follows its configuration', async () => {
    const client = await startLsp({ ...pull, workspace: { configuration: true } });
    client.connection.onRequest('workspace/configuration', () => [
      { rules: { 'command-injection': 'off' }, severity: 'high' },
    ]);
    await client.connection.sendNotification('textDocument/didOpen', open());
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    // The server asks for its settings in its own time; from then on the answer is the narrowed one.
    let codes: string[] = [];
    do {
      const report = await client.connection.sendRequest<{ items: { code: string }[] }>(
        'textDocument/diagnostic',
        document,
      );
      codes = report.items.map(({ code }) => code);
    } while (codes.length > 1);
    assert.deepEqual(codes, ['disabled-tls-checks']);
    await client.stop();
  });

  it('stays up when it is asked about what it does not know', async () => {
    const client = await startLsp(pull);
    const unknown = { textDocument: { uri: 'untitled:Untitled-1' } };
    assert.deepEqual(await client.connection.sendRequest('textDocument/codeLens', unknown), []);
    await assert.rejects(client.connection.sendRequest('apex/nothing', {}), /Unhandled method/);
    assert.equal(await client.stop(), 0);
  });
});
