import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callTreeSchema, profileSchema } from '../../../protocol/costs.ts';
import { PLAYING, timeRequests } from '../../../protocol/debug.ts';
import { timelinePartSchema } from '../../../protocol/timeline.ts';
import { DapClient } from './dapClient.ts';

const PROGRAM = join(import.meta.dirname, '../../../time-travel/replay/engine/fixtures/steps.cjs');

describe('a part of a recording: costs, focus, and time that moves by itself', function () {
  this.timeout(120_000);
  let client: DapClient;
  let shelf: string;

  before(async () => {
    shelf = mkdtempSync(join(tmpdir(), 'apex-costs-'));
    client = new DapClient();
    await client.launch({ program: PROGRAM, keepIn: { folder: shelf, most: 5, mostMegabytes: 100 } });
    await client.event('stopped');
  });
  after(async () => {
    await client.send('disconnect');
    rmSync(shelf, { recursive: true, force: true });
  });

  async function ask<Body>(request: string, args: object): Promise<Body> {
    const { body, success, message } = await client.send(request, args);
    assert.ok(success, message);
    return body as Body;
  }
  const point = async () => timelinePartSchema.parse(await ask(timeRequests.timeline, {})).now.point;
  const goTo = async (to: number | string) => {
    await ask(timeRequests.goToPoint, { point: to });
    await client.event('stopped');
  };
  const stands = async () => {
    for (;;) {
      const { body } = await client.event(PLAYING);
      if (body.speed === undefined) return;
    }
  };

  it('has the time of each function, with stretches for a lane', async () => {
    const profile = profileSchema.parse(await ask(timeRequests.profile, {}));
    const fib = profile.functions.find(({ name }) => name === 'fib')!;
    assert.deepEqual([fib.file, fib.line, fib.calls, fib.self], [PROGRAM, 6, 465, 930]);
    assert.ok(profile.spans.length > 0);
    for (const [depth, number, first, last, fromTime, toTime] of profile.spans) {
      assert.ok(depth >= 0 && profile.functions[number] && first <= last && fromTime <= toTime);
    }
  });

  it('has the tree of calls, of the whole and of a part', async () => {
    const whole = callTreeSchema.parse(await ask(timeRequests.callTree, {}));
    assert.equal(whole.statements, 1099);
    const part = callTreeSchema.parse(await ask(timeRequests.callTree, { from: 4, to: 8 }));
    assert.deepEqual(
      part.nodes.map(({ name, parent }) => [name, parent]),
      [
        ['(file)', undefined],
        ['add', 0],
        ['twice', 1],
      ],
    );
  });

  it('has questions keep to a part', async () => {
    const visits = async () => {
      const answer = await ask<{ visits: { point: string }[] }>(timeRequests.visits, { path: PROGRAM, line: 13 });
      return answer.visits.map((visit) => Number(visit.point));
    };
    const all = await visits();
    const [from, to] = [all[10]!, all[19]!];
    assert.deepEqual(await ask(timeRequests.focus, { from, to }), { from: String(from), to: String(to) });
    assert.deepEqual(await visits(), all.slice(10, 20));
    assert.equal(callTreeSchema.parse(await ask(timeRequests.callTree, {})).statements, to - from + 1);
    const { focus } = timelinePartSchema.parse(await ask(timeRequests.timeline, {}));
    assert.deepEqual([focus?.from, focus?.to], [from, to]);
    await goTo('100%');
    await goTo(to);
    const { body } = await client.send<{ error: { format: string } }>(timeRequests.nextWrite, {
      expression: 'state.count',
    });
    assert.match(body.error.format, /within the focused part/);
    assert.deepEqual(await ask(timeRequests.focus, {}), {});
    assert.deepEqual(await visits(), all);
  });

  it('takes times for a part, as the timeline draws them', async () => {
    const { end } = timelinePartSchema.parse(await ask(timeRequests.timeline, { from: 0 }));
    const { to } = await ask<{ to: string }>(timeRequests.focus, { fromTime: 0, toTime: end.time + 1 });
    assert.equal(Number(to), end.point);
    await ask(timeRequests.focus, {});
  });

  it('plays step by step in both directions until it is told to stand', async () => {
    await goTo(1000);
    await ask(timeRequests.play, { speed: 4, unit: 'steps' });
    await client.event('stopped');
    await client.event('stopped');
    await ask(timeRequests.play, { speed: 0 });
    await stands();
    const reached = await point();
    assert.ok(reached > 1000 && reached < 1099, String(reached));
    await ask(timeRequests.play, { speed: -1000, unit: 'steps' });
    await stands();
    assert.equal(await point(), 1, 'the beginning ends it');
  });

  it('plays in recorded time, and ends at a breakpoint', async () => {
    await goTo(1);
    const breakpoints = [{ line: 13 }];
    await ask('setBreakpoints', { source: { path: PROGRAM }, breakpoints });
    await ask(timeRequests.play, { speed: 1000 });
    await stands();
    const { visits } = await ask<{ visits: { point: string }[] }>(timeRequests.visits, { path: PROGRAM, line: 13 });
    assert.equal(await point(), Number(visits[0]!.point));
  });
});
