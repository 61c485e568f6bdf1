import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient } from './dapClient.ts';

const program = join(import.meta.dirname, '../fixtures/till/kinds.cjs');

describe('kinds of values in the variables view', function () {
  this.timeout(120_000);
  let client: DapClient;
  let locals: DebugProtocol.Variable[];
  const variablesOf = async (variablesReference: number) =>
    (await client.send<DebugProtocol.VariablesResponse['body']>('variables', { variablesReference })).body.variables;
  const local = (name: string) => locals.find((one) => one.name === name)!;

  before(async () => {
    client = new DapClient();
    await client.launch({ program }, { [program]: [{ line: 11 }] });
    await client.event('stopped');
    const { body: stack } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
    const frameId = stack.stackFrames[0]!.id;
    const { body } = await client.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
    locals = await variablesOf(body.scopes[0]!.variablesReference);
  });
  after(() => client.close());

  it('an object opens to its private fields, too, which no expression names', async () => {
    const fields = await variablesOf(local('account').variablesReference);
    assert.deepEqual(
      fields.map(({ name, value, evaluateName }) => [name, value, evaluateName]),
      [
        ['owner', "'Ada'", 'account.owner'],
        ['#balance', '5', undefined],
        ['[[Prototype]]', 'Object', undefined],
      ],
    );
    const asked = { variablesReference: local('account').variablesReference, name: '#balance', value: '6' };
    const { success, message } = await client.send('setVariable', asked);
    assert.deepEqual([success, message], [false, 'no-such-object']);
  });

  it('a symbol does not open', () => {
    assert.deepEqual([local('mark').value, local('mark').variablesReference], ['Symbol(mark)', 0]);
  });

  it('an error in a list is on one line', () => {
    assert.equal(local('failures').value, 'Array(1) [Error: first]');
  });
});
