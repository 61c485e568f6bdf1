import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McpProcess } from '../../../client/assistant/mcpProcess.ts';
import { ApexError } from '../../../protocol/errors.ts';
import { findPinnedNode } from '../../../runtime/findNode.ts';
import { programPath } from '../../../runtime/programs.ts';
import { recordProgram } from '../../../time-travel/recording/recordProgram.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const GOLDEN = join(import.meta.dirname, 'questions.golden.json');

describe('apex mcp', function () {
  this.timeout(180_000);
  const shelf = realpathSync(mkdtempSync(join(tmpdir(), 'apex-mcp-')));
  let server: McpProcess;

  before(async () => {
    await recordProgram({
      out: join(shelf, 'till'),
      words: [join(FIXTURES, 'till/visits.cjs')],
      node: findPinnedNode(),
      attach: (child) => {
        child.stdout?.resume();
        child.stderr?.resume();
      },
    });
    const env = { ...process.env, APEX_RECORDINGS: shelf };
    server = new McpProcess(findPinnedNode().path, [programPath('cli.mjs'), 'mcp'], env);
  });
  after(() => {
    server?.close();
    rmSync(shelf, { recursive: true, force: true });
  });

  /** A question and its answer, without what differs from run to run. */
  async function ask(name: string, args: object = {}): Promise<object> {
    const answer = await server.call(name, args).catch((error: unknown) => {
      assert.ok(error instanceof ApexError);
      return error.message;
    });
    let value: unknown;
    try {
      value = JSON.parse(answer, stable);
    } catch {
      value = answer.split('\n')[0];
    }
    return { name, args, answer: value };
  }

  function stable(key: string, value: unknown): unknown {
    // Node's own, which it catches itself, differ between its versions.
    if (key === 'exception') return '<number>';
    if (['ms', 'durationMs', 'bytes', 'started', 'node'].includes(key)) return `<${key}>`;
    if (typeof value !== 'string') return value;
    const text = value.replaceAll(shelf, '<shelf>').replaceAll(FIXTURES, '<fixtures>');
    return text.replaceAll(process.cwd(), '<cwd>').replace(/127\.0\.0\.1([: ])\d+/g, '127.0.0.1$1<port>');
  }

  it('answers as before', async () => {
    const recording = 'till';
    const said = [
      await ask('list_recordings'),
      await ask('recording_summary', { recording }),
      await ask('output', { recording, limit: 2 }),
      await ask('output', { recording, stream: 'stderr', search: 'no such text' }),
      await ask('events', { recording, kind: 'request' }),
      await ask('events', { recording, kind: 'exception', search: 'closed after' }),
      await ask('events', { recording, from: '10%', to: '50%', limit: 1, kind: 'console' }),
      await ask('stack_at', { recording, point: 'end' }),
      await ask('stack_at', { recording, point: '0' }),
      await ask('evaluate_at', { recording, point: 'end', expression: '[1, { a: "b" }]' }),
      await ask('evaluate_at', { recording, point: 'end', expression: 'nowhere' }),
      await ask('evaluate_at', { recording, point: 'end', expression: 'a b' }),
      await ask('hits', { recording, file: 'visits.cjs', line: 6, limit: 2, expressions: ['request.url', 'visits'] }),
      await ask('hits', { recording, file: 'other.js', line: 1 }),
      await ask('last_write', { recording, point: 'end', expression: 'visits' }),
      await ask('call_tree', { recording, to: '50%', limit: 5 }),
      await ask('profile', { recording, from: '50%', to: '10%' }),
      await ask('stack_at', { recording: 'nowhere', point: 'end' }),
    ];
    const text = `[\n${said.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`;
    if (process.env.UPDATE_GOLDEN || !existsSync(GOLDEN)) writeFileSync(GOLDEN, text);
    assert.deepEqual(JSON.parse(text), JSON.parse(readFileSync(GOLDEN, 'utf8')));
  });

  it('says what each function cost', async () => {
    const { results, total } = JSON.parse(await server.call('profile', { recording: 'till', limit: 3 }));
    assert.equal(results.length, Math.min(3, total));
    for (const { name, calls, selfMs, self, first } of results) {
      assert.ok(name && calls >= 1 && selfMs >= 0 && self >= 1 && Number(first) >= 1);
    }
  });

  it('refuses what does not fit its schema, and lives on', async () => {
    await assert.rejects(server.call('hits', { recording: 'till', file: 'visits.cjs', line: 'first' }), /line/);
    await assert.rejects(server.call('events', { recording: 'till', kind: 'weather' }), /kind/);
    await assert.rejects(server.call('delete_recording', { recording: 'till' }), /delete_recording/);
    assert.match(await server.call('list_recordings', {}), /"total": 1/);
  });

  it('offers the same tools as the manifest names for language models, none of which changes anything', async () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
    const named = manifest.contributes.languageModelTools as { name: string; inputSchema: { required: string[] } }[];
    const { tools } = await server.list();
    assert.deepEqual(
      tools.map(({ name }) => `apex_${name}`),
      named.map(({ name }) => name),
    );
    for (const [index, { inputSchema, annotations }] of tools.entries()) {
      assert.equal(annotations?.readOnlyHint, true);
      assert.deepEqual([...(inputSchema.required ?? [])].sort(), [...named[index]!.inputSchema.required].sort());
    }
  });
});
