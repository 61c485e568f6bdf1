import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HISTORY_PART, timeRequests } from '../../../protocol/debug.ts';
import { DapClient } from './dapClient.ts';

const PROGRAM = join(import.meta.dirname, '../../../time-travel/replay/engine/fixtures/values.cjs');

interface History {
  writes: { point: string; value: string }[];
  left?: number;
}

describe('history of an expression that has many values', function () {
  this.timeout(120_000);
  let client: DapClient;
  let shelf: string;

  before(async () => {
    shelf = mkdtempSync(join(tmpdir(), 'apex-history-'));
    client = new DapClient();
    await client.launch({ program: PROGRAM, keepIn: { folder: shelf, most: 5, mostMegabytes: 100 } });
    await client.event('stopped');
    const { body } = await client.send<{ visits: { point: string }[] }>(timeRequests.visits, {
      path: PROGRAM,
      line: 4,
    });
    await client.send(timeRequests.goToPoint, { point: body.visits[0]!.point });
    await client.event('stopped');
  });
  after(async () => {
    await client.send('disconnect');
    rmSync(shelf, { recursive: true, force: true });
  });

  it('is told in parts, up to a bound', async () => {
    const asked = { expression: 'state.sum', stream: 'sum' };
    const { body } = await client.send<History>(timeRequests.history, asked);
    assert.deepEqual([body.writes.length, body.left], [10_000, 2001]);
    const parts = client.said.flatMap((message) =>
      message.type === 'event' && 'event' in message && message.event === HISTORY_PART ? [message.body] : [],
    );
    assert.ok(parts.length > 5);
    assert.ok(parts.every(({ stream }) => stream === 'sum'));
    const told = parts.flatMap(({ writes }) => writes);
    assert.deepEqual(told, body.writes.slice(0, told.length));
    assert.ok(told.length <= 10_000 && told.length > 8000, String(told.length));
  });

  it('keeps to the part that is focused on', async () => {
    const { body: whole } = await client.send<History>(timeRequests.history, { expression: 'state.sum' });
    const [from, to] = [whole.writes[100]!.point, whole.writes[109]!.point];
    await client.send(timeRequests.focus, { from, to });
    const { body } = await client.send<History>(timeRequests.history, { expression: 'state.sum' });
    assert.deepEqual(body, { writes: whole.writes.slice(100, 110) });
    await client.send(timeRequests.focus, {});
  });

  it('can be ended by the name of its stream, and asked again', async () => {
    const asked = { expression: 'state.twice', stream: 'twice' };
    const [{ success, message }] = await Promise.all([
      client.send(timeRequests.history, asked),
      client.send('cancel', { progressId: 'twice' }),
    ]);
    assert.deepEqual([success, message], [false, 'cancelled']);
    const { body } = await client.send<History>(timeRequests.history, asked);
    assert.equal(body.left, 2001);
  });
});
