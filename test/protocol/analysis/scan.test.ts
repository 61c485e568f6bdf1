import assert from 'node:assert/strict';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { matchGolden } from './golden.ts';
import { killStarted, type LspClient, startLsp } from './lspClient.ts';
import { type ProjectFolder, withFolder } from './projectFolder.ts';

const shows = { window: { workDoneProgress: true } };
type Result = { files: number; findings: number; score: number; cancelled: boolean };
type Progress = { token: string; value: { kind: string } };

/** As many modules as asked for; every tenth has a fault. */
function modules(count: number, body = ''): Record<string, string> {
  const files = Array.from({ length: count }, (_, index) => {
    const fault = index % 10 === 0 ? "require('https').get({ host: 'a.example', rejectUnauthorized: false });\n" : '';
    return [`src/module${String(index).padStart(3, '0')}.js`, `module.exports = ${index};\n${fault}${body}`];
  });
  return Object.fromEntries(files);
}

/** What the server says of a scan's progress, with a name in place of its token. */
function listen({ connection }: LspClient, onBegin: (token: string) => void = () => undefined): unknown[] {
  const heard: unknown[] = [];
  const named = new Map<string, string>();
  const name = (token: string): string => named.get(token) ?? named.set(token, `scan ${named.size + 1}`).get(token)!;
  connection.onRequest('window/workDoneProgress/create', ({ token }: { token: string }) => {
    heard.push(['window/workDoneProgress/create', name(token)]);
    return null;
  });
  connection.onNotification('$/progress', ({ token, value }: Progress) => {
    heard.push([name(token), value]);
    if (value.kind === 'begin') onBegin(token);
  });
  return heard;
}

const open = ({ uri }: ProjectFolder, capabilities: object = shows): Promise<LspClient> =>
  startLsp(capabilities, {}, uri);

describe('Scan Workspace', () => {
  afterEach(killStarted);

  it('tells its progress, and what it found', async () => {
    await withFolder(modules(25), async (folder) => {
      const client = await open(folder);
      const progress = listen(client);
      const result = await client.connection.sendRequest('apex/scanWorkspace');
      matchGolden('scan', { progress, result });
      assert.equal(await client.stop(), 0);
    });
  });

  it('works for a client that shows no progress', async () => {
    await withFolder(modules(25), async (folder) => {
      const client = await open(folder, {});
      const progress = listen(client);
      const result = await client.connection.sendRequest<Result>('apex/scanWorkspace');
      assert.deepEqual([progress, result.files, result.findings, result.cancelled], [[], 25, 3, false]);
      await client.stop();
    });
  });

  it('ends when its request is cancelled', async () => {
    await withFolder(modules(25), async (folder) => {
      const client = await open(folder);
      const source = new CancellationTokenSource();
      const progress = listen(client);
      // Cancelled before the answer that lets the scan begin.
      client.connection.onRequest('window/workDoneProgress/create', () => {
        source.cancel();
        return null;
      });
      const result = await client.connection.sendRequest('apex/scanWorkspace', {}, source.token);
      matchGolden('scanCancelled', { progress, result });
      await client.stop();
    });
  });

  it('ends when its progress is cancelled in the editor', async () => {
    // All files together take far longer than the cancellation is on its way.
    const body = Array.from({ length: 20 }, (_, line) => `exports.f${line} = (a) => [a, ${line}].map(String);\n`).join(
      '',
    );
    await withFolder(modules(1500, body), async (folder) => {
      const client = await open(folder);
      const progress = listen(client, (token) => {
        void client.connection.sendNotification('window/workDoneProgress/cancel', { token });
      });
      const result = await client.connection.sendRequest<Result>('apex/scanWorkspace');
      assert.equal(result.cancelled, true);
      assert.ok(result.files < 1500, `${result.files} files`);
      assert.deepEqual(progress.at(-1), ['scan 1', { kind: 'end' }]);
      await client.stop();
    });
  });
});
