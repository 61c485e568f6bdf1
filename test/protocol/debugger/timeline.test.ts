import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeRequests } from '../../../protocol/debug.ts';
import { LANES, type TimelinePart, timelinePartSchema } from '../../../protocol/timeline.ts';
import { DapClient } from './dapClient.ts';

const PROGRAM = join(import.meta.dirname, '../fixtures/till/visits.cjs');

describe('timeline of a session', function () {
  this.timeout(180_000);
  let client: DapClient;
  let shelf: string;

  before(async () => {
    shelf = mkdtempSync(join(tmpdir(), 'apex-timeline-'));
    client = new DapClient();
    const keepIn = { folder: shelf, most: 5, mostMegabytes: 100 };
    await client.launch({ program: PROGRAM, keepIn }, { [PROGRAM]: [{ line: 6 }] });
    await client.event('stopped');
  });
  after(async () => {
    await client.send('disconnect');
    rmSync(shelf, { recursive: true, force: true });
  });

  async function part(args: object): Promise<TimelinePart> {
    const { body, success, message } = await client.send(timeRequests.timeline, args);
    assert.ok(success, message);
    return timelinePartSchema.parse(body);
  }
  const laneOf = ([lane]: TimelinePart['events'][number]) => LANES[lane];

  it('tells what happened, in order, with requests and the console', async () => {
    const { events, total, end, start } = await part({ from: 0 });
    assert.equal(events.length, total);
    const lanes = new Set(events.map(laneOf));
    assert.ok(lanes.has('requests') && lanes.has('console'), [...lanes].join());
    const exceptions = events.filter((event) => laneOf(event) === 'exceptions').map(([, , , text]) => text);
    assert.deepEqual(exceptions, ['uncaught Error: closed after 3 visits'], 'and none that Apex itself catches');
    let last = { point: 0, time: start };
    for (const [, point, time] of events) {
      assert.ok(point >= last.point && time >= last.time && point <= end.point);
      last = { point, time };
    }
  });

  it('goes on from where the client is, and ends', async () => {
    const { events, total } = await part({ from: 0 });
    assert.deepEqual((await part({ from: 2 })).events, events.slice(2));
    assert.deepEqual((await part({ from: total })).events, []);
  });

  it('follows the present moment', async () => {
    const [request] = (await part({ from: 0 })).events.filter((event) => laneOf(event) === 'requests');
    await client.send(timeRequests.goToPoint, { point: request![1] });
    await client.event('stopped');
    const { now, events } = await part({});
    assert.deepEqual([now.point, events], [request![1], []]);
    const { body } = await client.send<{ stackFrames: { source: { path: string } }[] }>('stackTrace', { threadId: 1 });
    assert.match(body.stackFrames[0]!.source.path, /visits/);
  });

  it('tells hits of breakpoints', async () => {
    const { hits } = await part({});
    assert.ok(hits.length >= 1);
    assert.ok(hits.every((hit) => laneOf(hit) === 'breakpoints' && /^visits\.cjs:\d+$/.test(hit[3])));
  });

  it('is kept on the shelf', () => assert.match(readdirSync(shelf).join(), /^\d{8}-\d{6}-visits$/));
});
