// A bundle with a source map is debugged in the files that it was made from.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { buildSync } from 'esbuild';
import { DapClient } from './dapClient.ts';

describe('debugger: source maps', function () {
  this.timeout(120_000);
  let folder: string;
  let client: DapClient;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-bundle-')));
    mkdirSync(join(folder, 'src'));
    writeFileSync(
      join(folder, 'src/main.ts'),
      `interface Line { price: number }

function total(lines: Line[]): number {
  let sum = 0;
  for (const { price } of lines) {
    sum += price;
  }
  return sum;
}
console.log(total([{ price: 1 }, { price: 2 }]));
`,
    );
    buildSync({
      entryPoints: [join(folder, 'src/main.ts')],
      outfile: join(folder, 'out.cjs'),
      platform: 'node',
      minifyWhitespace: true,
      sourcemap: true,
    });
  });
  beforeEach(() => {
    client = new DapClient();
  });
  afterEach(() => client.close());
  after(() => rmSync(folder, { recursive: true, force: true }));

  const where = async () => {
    const { body } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
    const [frame] = body.stackFrames;
    return `${frame!.source?.path}:${frame!.line}`;
  };

  it('stops, steps and prints logpoints where the author wrote', async () => {
    const original = join(folder, 'src/main.ts');
    await client.launch(
      { program: join(folder, 'out.cjs'), onBreakpoint: 'later' },
      { [original]: [{ line: 6 }, { line: 8, logMessage: 'sum is {sum}' }] },
    );
    await client.event('stopped');
    assert.equal(await where(), `${original}:6`, 'the last hit');
    const move = async (command: string) => {
      await client.send(command, { threadId: 1 });
      await client.event('stopped');
      return where();
    };
    assert.equal(await move('next'), `${original}:8`);
    assert.equal(await move('stepBack'), `${original}:6`);
    assert.equal(await move('reverseContinue'), `${original}:6`);
    assert.equal(await move('stepIn'), `${original}:6`, 'the second time');
    assert.equal(await move('stepIn'), `${original}:8`);
    let printed: DebugProtocol.OutputEvent['body'];
    do {
      printed = (await client.event('output')).body as DebugProtocol.OutputEvent['body'];
    } while (!printed.output.startsWith('sum is'));
    assert.deepEqual([printed.output, printed.source?.path, printed.line], ['sum is 3\n', original, 8]);
  });
});
