import assert from 'node:assert/strict';
import type { Failure } from '../../protocol/sandbox.ts';
import type { Sandbox } from '../../sandbox-host/supervisor/sandbox.ts';
import { HostileHost } from './hostileHost.ts';
import { type Ending, limitPrograms } from './limitPrograms.ts';

const ANY_LIMIT: Failure['code'][] = ['timeout', 'cpu-limit', 'memory-limit', 'output-limit', 'call-limit'];
const codes: Record<Ending, (Failure['code'] | 'none')[]> = {
  time: ['timeout', 'cpu-limit'],
  // A process that the kernel ends for its memory may die before anybody could say so.
  memory: ['memory-limit'],
  output: ['output-limit'],
  limit: [...ANY_LIMIT, 'uncaught'],
  harmless: ['uncaught', 'none'],
};
/** For what has to end by the clock, or by whichever limit is first. */
const hasty = { wallMs: 4000, turnMs: 400, cpuMs: 2000, memoryMb: 64 };
/** For what another limit has to end, or what ends by itself: never by the clock, however slow and busy the machine is. */
const patient = { wallMs: 60_000, turnMs: 30_000, cpuMs: 60_000, memoryMb: 64 };
const limits: Record<Ending, typeof hasty> = {
  time: hasty,
  limit: hasty,
  memory: patient,
  output: patient,
  harmless: patient,
};

describe('hostile programs against limits', function () {
  this.timeout(120_000);
  let host: HostileHost;
  let neighbour: Sandbox;
  before(async () => {
    host = new HostileHost();
    neighbour = await host.start(
      'import { state } from "apex"; const s = state("beat", { n: 0 }); setInterval(() => s.n++, 20);',
      { mode: 'hybrid', keep: true },
    );
  });
  after(() => host.close());

  for (const [name, ending, source] of limitPrograms) {
    it(`${name}: ${ending}`, async () => {
      const { outcome } = await host.run(source, { limits: limits[ending] });
      const code = outcome.ok ? 'none' : outcome.failure.code;
      assert.ok(codes[ending].includes(code), `ended with ${code}: ${JSON.stringify(outcome).slice(0, 500)}`);
      assert.equal(neighbour.info.status !== 'ended', true);
    });
  }

  it('leaves the neighbour as it was: running, never restarted, answering', async () => {
    const { roots, heap } = await neighbour.readState();
    assert.deepEqual(Object.keys(roots), ['beat']);
    assert.equal(heap[0]?.type, 'object');
    assert.equal(neighbour.info.restarts, 0);
  });
});
