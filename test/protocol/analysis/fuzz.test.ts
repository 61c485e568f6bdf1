import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { killStarted, type LspClient, startLsp } from './lspClient.ts';

/** `APEX_FUZZ=25` asks that many times as much, without a limit of time. */
const more = Number(process.env.APEX_FUZZ ?? 1);

const text = "require('express')().get('/', (req, res) => require('child_process').exec(req.query.name));\n";
const names = ['a.js', 'b.ts', 'c.vue', 'd.ejs', 'apex.models.yaml', 'nowhere.txt'];
const pieces = ['{', '}', '\r\n', '\r', '\u2028', '\ud83d\ude00', '\ud83d', '\ude00', '\0', '`${', '<%-', 'x', text];

const uri = (root: string) =>
  fc.oneof(
    fc.constantFrom(...names).map((name) => `${root}/${name}`),
    fc.string(),
  );
const position = fc.record({
  line: fc.oneof(fc.nat(4), fc.integer(), fc.constantFrom(2 ** 31 - 1, -1)),
  character: fc.oneof(fc.nat(60), fc.integer(), fc.constantFrom(2 ** 31 - 1, -1)),
});
const range = fc.record({ start: position, end: position });
const version = fc.oneof(fc.nat(5), fc.integer());
const content = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join(''));
const changes = fc.array(
  fc.oneof(fc.record({ range, text: content }), fc.record({ text: content }), fc.jsonValue() as fc.Arbitrary<object>),
  { maxLength: 4 },
);

/** Notifications and requests with parameters that are right, nearly right, or anything. */
function message(root: string): fc.Arbitrary<{ method: string; params: unknown; isRequest: boolean }> {
  const document = fc.record({ uri: uri(root) });
  const said = (method: string, params: fc.Arbitrary<unknown>, isRequest: boolean) =>
    fc.record({
      method: fc.constant(method),
      params: fc.oneof({ weight: 6, arbitrary: params }, { weight: 1, arbitrary: fc.jsonValue() }),
      isRequest: fc.constant(isRequest),
    });
  const opened = fc.record({
    uri: uri(root),
    languageId: fc.constantFrom('javascript', 'vue', 'yaml', ''),
    version,
    text: content,
  });
  return fc.oneof(
    said('textDocument/didOpen', fc.record({ textDocument: opened }), false),
    said(
      'textDocument/didChange',
      fc.record({ textDocument: fc.record({ uri: uri(root), version }), contentChanges: changes }),
      false,
    ),
    said('textDocument/didClose', fc.record({ textDocument: document }), false),
    said('textDocument/didSave', fc.record({ textDocument: document }), false),
    said(
      'workspace/didChangeWatchedFiles',
      fc.record({ changes: fc.array(fc.record({ uri: uri(root), type: fc.nat(4) })) }),
      false,
    ),
    said('workspace/didChangeConfiguration', fc.record({ settings: fc.jsonValue() }), false),
    said('$/cancelRequest', fc.record({ id: fc.nat(50) }), false),
    said('textDocument/diagnostic', fc.record({ textDocument: document }), true),
    said(
      'textDocument/codeAction',
      fc.record({ textDocument: document, range, context: fc.constant({ diagnostics: [] }) }),
      true,
    ),
    said('textDocument/hover', fc.record({ textDocument: document, position }), true),
    said('textDocument/codeLens', fc.record({ textDocument: document }), true),
    said('textDocument/completion', fc.record({ textDocument: document, position }), true),
    said('textDocument/nothing', fc.jsonValue(), true),
  );
}

describe('language server: any message at all', function () {
  this.timeout(more > 1 ? 0 : 180_000);
  let folder = '';
  let client: LspClient;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'apex-lsp-'));
    for (const name of names) writeFileSync(join(folder, name), name.endsWith('.js') ? text : '');
    client = await startLsp({ textDocument: { diagnostic: {} } }, {}, pathToFileURL(folder).href);
  });
  afterEach(() => {
    killStarted();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is answered, and findings are right afterwards', async () => {
    const root = pathToFileURL(folder).href;
    const { connection } = client;
    const property = fc.asyncProperty(fc.array(message(root), { minLength: 1, maxLength: 12 }), async (messages) => {
      const answers: Promise<unknown>[] = [];
      for (const { method, params, isRequest } of messages) {
        if (!isRequest) await connection.sendNotification(method, params as object);
        // A result or an error: either is an answer.
        else answers.push(connection.sendRequest(method, params as object).catch(() => 'error'));
      }
      await Promise.all(answers);
    });
    await fc.assert(property, { numRuns: 60 * more, seed: 5, endOnFailure: true });
    const opened = `${root}/fresh.js`;
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: opened, languageId: 'javascript', version: 1, text },
    });
    const report = await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: opened } });
    const codes = (report as { items: { code: string }[] }).items.map(({ code }) => code);
    assert.deepEqual(codes, ['command-injection']);
    assert.equal(await client.stop(), 0);
  });
});
