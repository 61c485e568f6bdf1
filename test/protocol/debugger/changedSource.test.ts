// The program as it would have run with the sources as they are now.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { buildSync } from 'esbuild';
import { DapClient } from './dapClient.ts';

const CART = `export interface Line { price: number }

export function total(lines: Line[]): number {
  let sum = 0;
  for (const line of lines) {
    sum += line.price;
  }
  return sum;
}
`;
const MAIN = `import { total } from './cart.ts';
console.log('begin');
const paid: number = total([{ price: 1 }, { price: 2 }]);
console.log('paid', paid);
`;
const CHANGED = CART.replace('line.price', 'line.price * 2');

interface Answer {
  changed: string[];
  stands: boolean;
  difference?: { kind: string; printed?: string; recorded?: string; reason?: string };
}

describe('debugger: what if the source were as it is now', function () {
  this.timeout(180_000);
  let folder: string;
  let client: DapClient;
  const file = (name: string) => join(folder, name);
  const build = () => {
    buildSync({
      entryPoints: [file('main.ts')],
      bundle: true,
      outfile: file('out/main.cjs'),
      platform: 'node',
      minify: true,
      sourcemap: true,
    });
  };
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-changed-')));
    mkdirSync(file('out'));
    writeFileSync(file('cart.ts'), CART);
    writeFileSync(file('main.ts'), MAIN);
    build();
    client = new DapClient();
  });
  afterEach(() => {
    client.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const record = async (program: string) => {
    await client.launch({ program: file(program), onBreakpoint: 'later' }, { [file('cart.ts')]: [{ line: 8 }] });
    return ((await client.event('stopped')).body as DebugProtocol.StoppedEvent['body']).description!;
  };
  const top = async () => {
    const { body } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
    const [frame] = body.stackFrames.filter(({ source }) => source?.path?.startsWith(folder));
    return frame!;
  };
  const tryIt = (args: object = { enter: true }) => client.send<Answer>('apex/whatIfSource', args);
  const problem = ({ body }: { body: unknown }) => (body as { error: { format: string } }).error.format;
  const sum = async () => {
    const { body } = await client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', {
      expression: 'paid',
      frameId: (await top()).id,
    });
    return body.result;
  };

  it('runs TypeScript that was changed in the editor and not saved, and leads back to where one stood', async () => {
    const stood = await record('main.ts');
    const texts = [{ path: file('cart.ts'), text: CHANGED }];
    const { body } = await tryIt({ texts, enter: true });
    assert.deepEqual(body.changed, [file('cart.ts')]);
    assert.equal(body.difference?.printed, 'paid 6\n');
    assert.equal(body.difference?.recorded, 'paid 3\n');
    const entered = (await client.event('stopped')).body as DebugProtocol.StoppedEvent['body'];
    assert.equal(entered.description, 'First difference · what-if: changed cart.ts');
    const frame = await top();
    assert.deepEqual([frame.source?.path, frame.line], [file('main.ts'), 4]);
    assert.equal(await sum(), '6');
    const again = await tryIt({ texts });
    assert.equal(again.success, false, 'a branch has no branches');
    await client.send('stepBack', { threadId: 1 });
    const back = (await client.event('stopped')).body as DebugProtocol.StoppedEvent['body'];
    const place = (text: string) => text.slice(text.indexOf('step '));
    assert.equal(place(back.description!), place(stood));
    const { body: listed } = await client.send<{ branches: { name: string; stands: boolean }[] }>('apex/branches');
    assert.deepEqual(
      listed.branches.map(({ name, stands }) => [name, stands]),
      [['changed cart.ts', true]],
    );
  });

  it('gives the recorded text, with the types of lines that are the same', async () => {
    await record('main.ts');
    const { body } = await client.send<{ content: string }>('apex/recordedSource', {
      path: file('cart.ts'),
      text: CHANGED,
    });
    assert.deepEqual(body.content.split('\n').slice(2, 6), [
      'export function total(lines: Line[]): number {',
      '  let sum = 0;',
      '  for (const line of lines) {',
      '    sum += line.price;',
    ]);
  });

  it('runs a bundle that was built anew, and says when that is still to be done', async () => {
    await record('out/main.cjs');
    const same = await tryIt();
    assert.match(problem(same), /^The sources are those that were recorded/);
    writeFileSync(file('cart.ts'), CHANGED);
    const stale = await tryIt();
    assert.match(
      problem(stale),
      /^cart\.ts has changed, but main\.cjs, which was made from it, is still the recorded one\. Build it/,
    );
    build();
    const { body } = await tryIt();
    assert.deepEqual(body.changed, [file('out/main.cjs')]);
    assert.equal(body.difference?.printed, 'paid 6\n');
    await client.event('stopped');
    const frame = await top();
    assert.deepEqual([frame.source?.path, frame.line], [file('main.ts'), 4]);
    assert.equal(await sum(), '6');
  });

  it('tells of an error, and of a change that changes nothing', async () => {
    await record('main.ts');
    const without = await tryIt({ texts: [{ path: file('cart.ts'), text: `${CART}// the same\n` }], enter: true });
    assert.deepEqual([without.body.stands, without.body.difference], [false, undefined]);
    const wrong = await tryIt({ texts: [{ path: file('main.ts'), text: `${MAIN}null.x;\n` }] });
    assert.match(wrong.body.difference?.reason ?? '', /uncaught error: TypeError: Cannot read properties of null/);
    const broken = await tryIt({ texts: [{ path: file('main.ts'), text: 'const = 1;\n' }] });
    assert.equal(broken.success, true, broken.message);
    assert.ok(broken.body.difference, 'it does not even begin');
  });
});
