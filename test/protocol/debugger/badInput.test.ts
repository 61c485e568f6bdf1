import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient } from './dapClient.ts';

/** What people do wrong, and what their machines do to them: each with the words that they are told. */
describe('debugger: bad input', function () {
  this.timeout(180_000);
  let client: DapClient;
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-bad-')));
    client = new DapClient();
  });
  afterEach(async () => {
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const fine = () => file('fine.js', 'console.log(1);\n');
  const refused = async (args: object) => {
    await client.send('initialize', { adapterID: 'apex-time-travel' });
    const answer = await client.send<{ error: DebugProtocol.Message }>('launch', args);
    assert.equal(answer.success, false);
    assert.equal(answer.body.error.showUser, true);
    return answer.body.error.format;
  };
  /** The session begins, cannot go on, says why and ends; the adapter lives. */
  const ends = async (args: object) => {
    await client.launch(args);
    await client.event('terminated');
    assert.equal((await client.send('threads')).success, true);
    const important = client.said.flatMap((message) => {
      const { category, output } = ((message as DebugProtocol.Event).body ?? {}) as {
        category?: string;
        output?: string;
      };
      return category === 'important' ? output! : [];
    });
    return important.join('');
  };

  it('another Node than can be recorded', async () => {
    assert.match(
      await refused({ program: fine(), runtimeExecutable: join(folder, 'node') }),
      /node does not exist; .* 22, 24, 26/,
    );
    assert.match(await refused({ program: fine(), runtimeExecutable: fine() }), /cannot be run as Node/);
  });

  it('a program that may not be read', async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) this.skip();
    const program = fine();
    chmodSync(program, 0);
    assert.match(await refused({ program }), /may not be read by you\. Change its permissions, or "program"/);
  });

  it('a program that does not parse has no past', async () => {
    assert.match(await ends({ program: file('wrong.js', 'let a = ;\n') }), /^No statement of the program ran/);
  });

  it('an option that Node refuses', async () => {
    const told = await ends({ program: fine(), runtimeArgs: ['--no-such-option'] });
    assert.match(told, /^The program ended before anything of it was recorded/);
  });

  it('a folder for the recording that holds something else, or cannot be made', async () => {
    fine();
    const inUse = `${folder} exists and is not a recording`;
    assert.ok((await ends({ program: fine(), recordingFolder: folder })).startsWith(inUse));
  });

  it('a folder for the recording that cannot be made', async () => {
    const told = await ends({ program: fine(), recordingFolder: join(fine(), 'rec') });
    assert.match(told, /cannot be made \(ENOTDIR\)/);
  });

  it('a port that is in use: one stands at the statement that wanted it', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const text = `const server = require('node:http').createServer();\nserver.listen(${port}, '127.0.0.1');\n`;
    await client.launch({ program: file('port.js', text) });
    const { reason, text: what } = (await client.event('stopped')).body as DebugProtocol.StoppedEvent['body'];
    taken.close();
    assert.equal(reason, 'exception');
    assert.match(what!, /EADDRINUSE: address already in use 127\.0\.0\.1/);
    const { body } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
    assert.equal(body.stackFrames[0]!.line, 2);
  });

  for (const [what, map] of [
    ['is missing', undefined],
    ['is no JSON', '{"version":3,"mappings":"%%%"'],
    ['points nowhere', '{"version":3,"sources":["gone.ts"],"names":[],"mappings":"////////////"}'],
  ] as const) {
    it(`a source map that ${what}: the program itself is shown`, async () => {
      const program = file(
        'out.js',
        'const a = 1;\nconsole.log(a);\nthrow new Error("x");\n//# sourceMappingURL=out.js.map\n',
      );
      if (map !== undefined) file('out.js.map', map);
      await client.launch({ program }, { [program]: [{ line: 2 }] });
      await client.event('stopped');
      await client.send('reverseContinue', { threadId: 1 });
      await client.event('stopped');
      const { body } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
      const { line, source } = body.stackFrames[0]!;
      assert.deepEqual([line, source?.path], [2, program]);
    });
  }

  it('a program that never ends and never meets the outside', async () => {
    const program = file('loop.js', 'console.log("begun");\nfor (let i = 0; ; i++) globalThis.i = i;\n');
    await client.launch({ program });
    for (let text = ''; !text.includes('begun'); ) {
      text += ((await client.event('output')).body as { output: string }).output;
    }
    await client.send('terminate');
    // Killed before anything of it was on disk, it has no past.
    await Promise.race([client.event('stopped'), client.event('terminated')]);
    const told = client.said.map((message) => JSON.stringify(message)).join('\n');
    assert.match(told, /loop\.js ended by SIGTERM\. Its past ends where it last met the outside/);
  });
});
