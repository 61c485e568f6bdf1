import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient } from './dapClient.ts';
import { assertGolden, transcript } from './transcript.ts';

const orders = join(import.meta.dirname, '../fixtures/till/orders.cjs');

describe('debugger: the stack below callbacks', function () {
  this.timeout(180_000);
  let client: DapClient;
  beforeEach(() => {
    client = new DapClient();
  });
  afterEach(() => client.close());

  const stack = async () => {
    const { body } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
    return body.stackFrames.filter(({ presentationHint = 'label' }) => presentationHint === 'label');
  };
  const shown = async () =>
    (await stack()).map(({ name, line, presentationHint }) => (presentationHint ? `-- ${name}` : `${name}:${line}`));
  const valueIn = async (frameId: number, expression: string) => {
    const { body } = await client.send<{ result: string }>('evaluate', { expression, frameId, context: 'watch' });
    return body.result;
  };
  const registration = async (frameId?: number) => {
    await client.send('apex/registration', { frameId });
    await client.event('stopped');
    return shown();
  };

  it('shows what registered a callback, with the variables of that moment', async () => {
    await client.launch({ program: orders, onBreakpoint: 'later' }, { [orders]: [{ line: 10 }, { line: 20 }] });
    await client.event('stopped');
    const start = client.said.length;
    const frames = await stack();
    const loop = frames.find(({ name }) => name === 'shop')!;
    assert.equal(await valueIn(loop.id, 'customer.paid'), '602', 'after the loop');
    const { body } = await client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId: loop.id });
    await client.send('variables', { variablesReference: body.scopes[0]!.variablesReference });
    await registration();
    await registration();
    await client.send('apex/registration', { frameId: frames[0]!.id });
    assertGolden('asyncStack', transcript({ said: client.said.slice(start) } as DapClient));
  });

  it('goes back from call to call, and says where nothing is further back', async () => {
    await client.launch({ program: orders, onBreakpoint: 'later' }, { [orders]: [{ line: 10, hitCondition: '2' }] });
    await client.event('stopped');
    const read = ['-- await', '(anonymous):26', '-- file', '(anonymous):24'];
    assert.deepEqual(await shown(), ['order:10', '-- await', 'shop:16', ...read]);
    assert.deepEqual((await registration()).slice(0, 2), ['order:9', 'shop:16']);
    assert.deepEqual(await registration(), ['shop:16', '(anonymous):26', '-- file', '(anonymous):24']);
    assert.deepEqual(await registration(), ['(anonymous):24']);
    const refused = await client.send<{ error: DebugProtocol.Message }>('apex/registration');
    assert.match(refused.body.error.format, /Nothing in the program registered this/);
  });

  it('asks an editor that can to look again, and gives the first answer at once', async () => {
    await client.send('initialize', { adapterID: 'apex-time-travel', supportsInvalidatedEvent: true });
    await client.event('initialized');
    await client.send('launch', { program: orders, onBreakpoint: 'later' });
    await client.send('setBreakpoints', { source: { path: orders }, breakpoints: [{ line: 20 }] });
    await client.send('configurationDone');
    await client.event('stopped');
    let now = await shown();
    assert.equal(now[0], '(anonymous):20');
    // It may be known already.
    if (now.length === 1) {
      const { body } = await client.event('invalidated');
      assert.deepEqual(body, { areas: ['stacks'] });
      now = await shown();
    }
    assert.ok(now.includes('-- setTimeout'), now.join(', '));
  });
});
