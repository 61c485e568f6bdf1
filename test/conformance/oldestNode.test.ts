// The tests run on the pinned Node; whoever types `bin/apex` has any Node from 20. Each command does its main job there.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { findOldestNode } from './nodes.ts';

const ROOT = join(import.meta.dirname, '../..');
const SHOP = join(ROOT, 'examples/shop');
const node = findOldestNode();

(node ? describe : describe.skip)('the command line on Node 20', function () {
  this.timeout(120_000);
  let scratch: string;

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'apex-oldest-'));
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  /** Runs the command; fails when its exit code is not `expected`. */
  function apex(expected: number, words: string[]): string {
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(node!, [join(ROOT, 'bin/apex'), ...words], {
      encoding: 'utf8',
      cwd: scratch,
      env: { ...env, APEX_AUDIT_LOG: join(scratch, 'audit'), XDG_CACHE_HOME: join(scratch, 'cache') },
      timeout: 100_000,
    });
    assert.equal(status, expected, stderr);
    return stdout;
  }

  it('is named where a recorded program starts it: no log tells of it', () => {
    const program = join(scratch, 'starts.cjs');
    const start = `require('child_process').execFileSync(process.argv[2], ['-p', '6 * 7', '--', '--token', 'k3y-of-nobody-12']);`;
    writeFileSync(program, start);
    const recording = join(scratch, 'starts');
    apex(0, ['record', '--node', findPinnedNode().path, '--out', recording, '--', program, node!]);
    const shown = apex(0, ['recording', 'show', recording]);
    assert.match(shown, /process +without a log, .* -p 6 \* 7 -- --token \[hidden\] \(Node v20\.\d+\.\d+\)\n$/);
    assert.equal(apex(0, ['replay', recording, '--check']), '');
  });

  it('scans', () => {
    const { findings } = JSON.parse(apex(1, ['scan', SHOP, '--format', 'json'])) as { findings: { rule: string }[] };
    assert.ok(findings.length >= 10);
    const cached = JSON.parse(apex(1, ['scan', SHOP, '--format', 'json'])) as { findings: unknown[] };
    assert.deepEqual(cached.findings, findings);
  });

  it('records, replays and asks', () => {
    const recording = join(scratch, 'day');
    apex(1, ['record', '--out', recording, '--', join(SHOP, 'day.ts')]);
    apex(0, ['replay', recording, '--check']);
    assert.match(apex(0, ['replay', recording, '--at', 'end']), /ledger\.ts/);
    apex(0, ['recording', 'verify', recording]);
    assert.match(apex(0, ['recording', 'show', recording]), /day\.ts/);
  });

  it('runs programs in the sandbox, under a policy, with an audit log', () => {
    const program = join(scratch, 'six.js');
    const policy = join(scratch, 'apex.policy.json');
    writeFileSync(program, 'console.log(1 + 2 + 3);');
    writeFileSync(policy, JSON.stringify({ version: 1, rules: [] }));
    assert.equal(apex(0, ['run', program, '--mode', 'isolation', '--policy', policy]), '6\n');
    apex(0, ['policy', 'check', policy]);
    apex(1, ['policy', 'explain', policy, 'fs.write', '/data/x']);
    apex(0, ['audit', 'verify']);
    assert.match(apex(0, ['host', 'status']), /Node/);
  });

  /** Starts a server, says hello on its stdin and waits for an answer. */
  async function ask(command: string, hello: string, answer: RegExp): Promise<void> {
    const server = spawn(node!, [join(ROOT, 'bin/apex'), command], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      server.stdin.write(hello);
      let said = '';
      for await (const chunk of server.stdout.setEncoding('utf8')) {
        said += chunk;
        if (answer.test(said)) return;
      }
      assert.fail(`apex ${command} ended and had said: ${said}`);
    } finally {
      server.kill('SIGKILL');
    }
  }

  const framed = (message: object) => {
    const body = JSON.stringify(message);
    return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };

  it('serves editors', async () => {
    const params = { capabilities: {}, processId: null, rootUri: null };
    await ask('lsp', framed({ jsonrpc: '2.0', id: 1, method: 'initialize', params }), /"capabilities"/);
    const initialize = { seq: 1, type: 'request', command: 'initialize', arguments: { adapterID: 'apex-time-travel' } };
    await ask('dap', framed(initialize), /supportsStepBack/);
    const launch = { seq: 2, type: 'request', command: 'launch', arguments: { program: join(SHOP, 'day.ts') } };
    const done = { seq: 3, type: 'request', command: 'configurationDone' };
    await ask('dap', [initialize, launch, done].map(framed).join(''), /"reason":"(exception|pause)"/);
  });

  it('serves assistants', async () => {
    const clientInfo = { name: 'test', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    await ask('mcp', `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`, /"serverInfo"/);
  });
});
