// A minified bundle is debugged in its author's names: in the stack, in variables, in what is typed, and while it runs.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { buildSync } from 'esbuild';
import { DapClient } from './dapClient.ts';

const CART = `export class Till {
  taken = 0;
  add(amount: number): number {
    this.taken += amount;
    return this.taken;
  }
}

export function total(prices: number[], till: Till): number {
  let sum = 0;
  for (const price of prices) {
    sum += till.add(price);
    console.log('so far', sum);
  }
  return sum;
}
`;
const MAIN = `import { Till, total } from './cart.ts';

const prices = [100, 50, 7];
const till = new Till();
function round(): void {
  console.log(total(prices, till), process.argv.length);
}
round();
if (process.argv[2] === 'wait') setInterval(round, 50);
`;

describe('debugger: names of the author in a minified bundle', function () {
  this.timeout(180_000);
  let folder: string;
  let client: DapClient;
  let cart: string;
  let program: string;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-names-')));
    mkdirSync(join(folder, 'src'));
    cart = join(folder, 'src/cart.ts');
    program = join(folder, 'out.cjs');
    writeFileSync(cart, CART);
    writeFileSync(join(folder, 'src/main.ts'), MAIN);
    const entryPoints = [join(folder, 'src/main.ts')];
    buildSync({ entryPoints, bundle: true, outfile: program, platform: 'node', minify: true, sourcemap: true });
  });
  beforeEach(() => {
    client = new DapClient();
  });
  afterEach(() => client.close());
  after(() => rmSync(folder, { recursive: true, force: true }));

  const stack = async () => {
    const { body } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
    return body.stackFrames.filter(({ source }) => source?.path?.startsWith(folder));
  };
  const evaluate = async (frameId: number, expression: string, context = 'repl') => {
    const asked = { frameId, expression, context };
    return (await client.send<DebugProtocol.EvaluateResponse['body']>('evaluate', asked)).body.result;
  };
  const variablesOf = async (frameId: number) => {
    const { body } = await client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
    const shown: [name: string, value: string, evaluateName: string | undefined][] = [];
    for (const { name, variablesReference, expensive } of body.scopes) {
      if (expensive || /^Script/.test(name)) continue;
      const { body: found } = await client.send<DebugProtocol.VariablesResponse['body']>('variables', {
        variablesReference,
      });
      for (const { name, value, evaluateName } of found.variables) shown.push([name, value, evaluateName]);
    }
    return shown;
  };
  const said = async (part: string): Promise<string> => {
    for (;;) {
      const { output } = (await client.event('output')).body as DebugProtocol.OutputEvent['body'];
      if (output.includes(part)) return output;
    }
  };

  it('shows, evaluates, changes and watches values in the terms of the sources', async () => {
    await client.launch(
      { program, onBreakpoint: 'later' },
      {
        [cart]: [
          { line: 12, condition: 'price === 7' },
          { line: 15, logMessage: '{prices.length} prices: {sum}' },
        ],
      },
    );
    await client.event('stopped');
    assert.match(await said('3 prices'), /^3 prices: 407$/m);
    const [inner, caller] = await stack();
    assert.deepEqual([inner!.name, inner!.line, caller!.name, caller!.line], ['total', 12, 'round', 6]);

    const variables = await variablesOf(inner!.id);
    for (const expected of [
      ['price', '7', 'price'],
      ['sum', '250', 'sum'],
      ['prices', '(3) [100, 50, 7]', 'prices'],
    ]) {
      const found = variables.find(([name]) => name === expected[0]);
      assert.ok(found, JSON.stringify(variables));
      assert.equal(found[2], expected[2]);
      assert.match(found[1], new RegExp(expected[1]!.replace(/^.*\) /, '').replace(/[[\]]/g, '\\$&')));
    }
    assert.equal(await evaluate(inner!.id, 'sum + price'), '257');
    assert.equal(await evaluate(inner!.id, '({ sum }).sum', 'watch'), '250');
    assert.equal(await evaluate(inner!.id, 'till.taken', 'hover'), '150');
    assert.equal(await evaluate(caller!.id, 'prices.filter((price) => price > 50).length'), '1');
    const { body: completed } = await client.send<DebugProtocol.CompletionsResponse['body']>('completions', {
      frameId: inner!.id,
      text: 'pri',
      column: 4,
    });
    assert.deepEqual(completed.targets.map(({ label }) => label).sort(), ['price', 'prices']);

    const changed = await client.send<DebugProtocol.SetExpressionResponse['body']>('setExpression', {
      expression: 'sum',
      value: '1000',
      frameId: inner!.id,
    });
    assert.equal(changed.body.value, '1000');
    assert.match(await said('What if sum'), /printed "so far 1157" instead of "so far 407"/);

    const { body: info } = await client.send<DebugProtocol.DataBreakpointInfoResponse['body']>('dataBreakpointInfo', {
      name: 'sum',
      frameId: inner!.id,
    });
    const watched = await client.send<DebugProtocol.SetDataBreakpointsResponse['body']>('setDataBreakpoints', {
      breakpoints: [{ dataId: info.dataId }],
    });
    assert.equal(watched.body.breakpoints[0]!.message, 'Written 4 times in the recording.');
    const functions = await client.send<DebugProtocol.SetFunctionBreakpointsResponse['body']>(
      'setFunctionBreakpoints',
      { breakpoints: [{ name: 'Till.add', condition: 'amount > 10' }, { name: 'total' }, { name: 'nothing' }] },
    );
    assert.deepEqual(
      functions.body.breakpoints.map(({ message }) => message),
      [
        'Called 2 times in the recording.',
        'Called once in the recording.',
        'No function nothing was loaded in the recording.',
      ],
    );
    const { body: locations } = await client.send<DebugProtocol.BreakpointLocationsResponse['body']>(
      'breakpointLocations',
      { source: { path: cart }, line: 11, endLine: 13 },
    );
    assert.deepEqual([...new Set(locations.breakpoints.map(({ line }) => line))], [11, 12]);
  });

  it('tells of hits of breakpoints on lines, functions and values while the program runs', async () => {
    await client.launch(
      { program, args: ['wait'], onBreakpoint: 'stop' },
      { [cart]: [{ line: 12, condition: 'price === 50' }] },
    );
    await client.event('stopped');
    const [inner] = await stack();
    assert.deepEqual([inner!.name, inner!.line], ['total', 12]);
    assert.equal(await evaluate(inner!.id, 'price'), '50');
    const { body: info } = await client.send<DebugProtocol.DataBreakpointInfoResponse['body']>('dataBreakpointInfo', {
      name: 'till.taken',
      frameId: inner!.id,
    });
    await client.send('setBreakpoints', { source: { path: cart }, breakpoints: [] });
    await client.send('setFunctionBreakpoints', { breakpoints: [{ name: 'round' }] });
    await client.send('continue', { threadId: 1 });
    await client.event('stopped');
    assert.equal((await stack())[0]!.name, 'round');
    await client.send('setFunctionBreakpoints', { breakpoints: [] });
    await client.send('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId }] });
    await client.send('continue', { threadId: 1 });
    await client.event('stopped');
    const [writer] = await stack();
    assert.deepEqual([writer!.name, writer!.line], ['add', 4]);
  });
});
