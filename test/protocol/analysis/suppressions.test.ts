import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { matchGolden } from './golden.ts';
import { killStarted, startLsp } from './lspClient.ts';

const uri = 'file:///shop/client.js';
const fault = (name: string): string => `const ${name} = { rejectUnauthorized: false };`;
const text = [
  '// apex-ignore disabled-tls-checks -- a server in the laboratory until 2999-12-31',
  fault('held'),
  '// apex-ignore disabled-tls-checks',
  fault('withoutReason'),
  '// apex-ignore disabled-tls-checks -- until the new certificate until 2020-01-31',
  fault('over'),
  'const idle = 1; // apex-ignore weak-hash -- names of cache files',
  'function nested() {',
  '  /* apex-ignore weak-hash -- no hash here */',
  '  return idle;',
  '}',
  '// apex-ignore',
  '/* apex-ignore weak-hash -- code follows */ nested();',
  '',
].join('\n');

type Edit = { range: { start: Position; end: Position }; newText: string };
type Position = { line: number; character: number };
type Action = { title: string; edit: { changes: Record<string, Edit[]> } };

describe('suppressions in the editor', () => {
  afterEach(killStarted);

  it('hold with a reason until their day; others are findings, and those that are over can be removed', async () => {
    const client = await startLsp({ textDocument: { diagnostic: {} } });
    const { connection } = client;
    const pull = async () => {
      const asked = connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
      const { items } = (await asked) as { items: { code: string; message: string; range: Edit['range'] }[] };
      return items;
    };
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'javascript', version: 1, text },
    });
    const found = await pull();
    const told = [];
    const removals: Edit[] = [];
    for (const { code, message, range } of found) {
      const place = { start: range.start, end: range.start };
      const asked = { textDocument: { uri }, range: place, context: { diagnostics: [] } };
      const actions = await connection.sendRequest<Action[]>('textDocument/codeAction', asked);
      const removal = actions.find(({ title }) => title === 'Remove this apex-ignore');
      removals.push(...(removal?.edit.changes[uri] ?? []));
      const offered = actions.map(({ title, edit }) => ({ title, edits: edit.changes[uri] }));
      told.push({ code, message, range, actions: offered });
    }
    const document = TextDocument.create(uri, 'javascript', 1, text);
    const repaired = TextDocument.applyEdits(document, removals);
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: repaired }],
    });
    const left = (await pull()).map(({ code, message, range }) => [code, message, range.start.line]);
    matchGolden('suppressions', { told, repaired: repaired.split('\n'), left });
    assert.equal(await client.stop(), 0);
  });
});
