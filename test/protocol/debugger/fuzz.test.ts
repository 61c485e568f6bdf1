import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { serveDebugger } from '../../../debug-adapter/adapter.ts';
import { frame, readMessages } from '../../../debug-adapter/messageStream.ts';
import { requestSchemas } from '../../../debug-adapter/requests.ts';
import { DapClient } from './dapClient.ts';

const till = join(import.meta.dirname, '../fixtures/till/till.cjs');
const commands = Object.keys(requestSchemas).filter((name) => !['disconnect', 'terminate', 'restart'].includes(name));

/** Arguments that are nearly right: the names that requests use, with values of any kind. */
const nearly = fc.record(
  {
    threadId: fc.constantFrom<unknown>(1, 0, -1, '1', null),
    frameId: fc.oneof(fc.integer(), fc.string()),
    variablesReference: fc.oneof(fc.nat(50), fc.string()),
    expression: fc.oneof(fc.string(), fc.constantFrom('till', 'till.total', 'a b', 'while(1)', 'process.exit()')),
    source: fc.oneof(fc.constant({ path: till }), fc.jsonValue()),
    breakpoints: fc.oneof(fc.array(fc.record({ line: fc.integer(), condition: fc.string() })), fc.jsonValue()),
    filters: fc.oneof(fc.array(fc.string()), fc.nat()),
    point: fc.oneof(fc.integer(), fc.string()),
    line: fc.integer(),
    name: fc.string(),
    value: fc.string(),
    sourceReference: fc.integer(),
    program: fc.oneof(fc.constant('/nowhere.js'), fc.jsonValue()),
  },
  { requiredKeys: [] },
);
const request = fc.record({
  command: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...commands) }, { weight: 1, arbitrary: fc.string() }),
  args: fc.oneof({ weight: 4, arbitrary: nearly }, { weight: 1, arbitrary: fc.jsonValue() }),
});

/** `APEX_FUZZ=25` asks that many times as much, without a limit of time. */
const more = Number(process.env.APEX_FUZZ ?? 1);

describe('debugger: any message at all', function () {
  this.timeout(more > 1 ? 0 : 120_000);

  it('is answered before a program is launched', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const answers = new Map<number, (success: boolean) => void>();
    serveDebugger(input, output, { leave: () => {} });
    readMessages(
      output,
      (message) => {
        const { type, request_seq, success } = message as { type: string; request_seq: number; success: boolean };
        if (type === 'response') answers.get(request_seq)?.(success);
      },
      (problem) => assert.fail(problem),
    );
    let seq = 0;
    await fc.assert(
      fc.asyncProperty(request, fc.uint8Array({ maxLength: 40 }), async ({ command, args }, rubbish) => {
        const number = ++seq;
        const answered = new Promise<boolean>((resolve) => answers.set(number, resolve));
        if (rubbish.length % 3 === 0) input.write(Buffer.concat([rubbish, Buffer.from('\r\n\r\n')]));
        input.write(frame({ seq: number, type: 'request', command, arguments: args }));
        assert.equal(typeof (await answered), 'boolean');
      }),
      { numRuns: 4000 * more },
    );
  });

  it('is answered in the past', async () => {
    const client = new DapClient();
    await client.launch({ program: till });
    await client.event('stopped');
    const quick = request.filter(({ command }) => !['launch', 'attach', 'configurationDone'].includes(command));
    await fc.assert(
      fc.asyncProperty(quick, async ({ command, args }) => {
        assert.equal(typeof (await client.send(command, args)).success, 'boolean');
      }),
      { numRuns: 150 * more },
    );
    const { success } = await client.send('threads');
    assert.equal(success, true);
    await client.close();
  });
});
