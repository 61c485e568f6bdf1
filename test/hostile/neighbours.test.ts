import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../sandbox-host/supervisor/sandbox.ts';
import { HostileHost } from './hostileHost.ts';

const keeper = 'import { state } from "apex"; const s = state("kept", { n: 0, list: new Map() }); export default s;';

/** Waits until `check` holds; the test's own timeout is the limit. */
async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await sleep(20);
}

describe('sandboxes that share a worker', function () {
  this.timeout(120_000);
  let host: HostileHost;
  let neighbours: Sandbox[];
  beforeEach(async () => {
    host = new HostileHost();
    neighbours = [];
    for (let at = 0; at < 3; at++) neighbours.push(await host.start(keeper, { mode: 'hybrid', keep: true }));
    await until(() => neighbours.every((one) => one.info.status === 'idle'));
    for (const [at, one] of neighbours.entries()) {
      await one.editState({ path: ['kept', 'n'], value: at + 10 });
    }
  });
  afterEach(() => host.close());

  const numbers = async () => {
    const values: unknown[] = [];
    for (const one of neighbours) {
      const [node] = (await one.readState()).heap;
      values.push(node?.type === 'object' ? node.entries[0]?.[1] : undefined);
    }
    return values;
  };

  it('go on untouched when one of them is ended for a loop', async () => {
    const { outcome } = await host.run('for (;;);', { mode: 'hybrid', limits: { turnMs: 200 } });
    assert.equal(!outcome.ok && outcome.failure.code, 'timeout');
    assert.deepEqual(await numbers(), [10, 11, 12]);
    assert.deepEqual(
      neighbours.map((one) => one.info.restarts),
      [0, 0, 0],
    );
  });

  it('go on untouched when one of them makes its runtime say what no runtime says', async () => {
    for (const source of [
      '__apexImport(5, "./x.js");',
      '__apexImport({ length: 1 }, "./x.js");',
      'Array.prototype.toJSON = () => 5; __apexImport("/app/a.js", "./x.js");',
      'Array.prototype.toJSON = () => undefined; __apexImport("/app/a.js", "./x.js");',
      'Array.prototype.toJSON = () => [{ length: 3 }, null]; __apexImport("/app/a.js", "./x.js");',
      'Object.prototype.toJSON = () => undefined; apex.env("x").catch(() => {});',
      'apex.state("s", [1]); JSON.stringify = () => ({ length: 5 });',
      'JSON.stringify = () => ({ length: 5 }); await import("./x.js").catch(() => {});',
    ]) {
      const kept = await host.start(source, { mode: 'hybrid', keep: true });
      await kept.ran;
      await kept.evaluate('[1]').catch(() => {});
      kept.stop();
      await host.run(source, { mode: 'hybrid' });
    }
    assert.deepEqual(await numbers(), [10, 11, 12]);
    assert.deepEqual(
      neighbours.map((one) => one.info.restarts),
      [0, 0, 0],
    );
  });

  it('go on untouched when a module would fill the way to its worker', async () => {
    const { outcome } = await host.run(`/*${'"'.repeat((16 << 20) - 10)}*/`, { mode: 'hybrid' });
    assert.match(JSON.stringify(outcome), /longer than what a sandbox can be told/);
    assert.deepEqual(
      neighbours.map((one) => one.info.restarts),
      [0, 0, 0],
    );
  });

  it('go on untouched when one of them loops where its state is read', async () => {
    const trap = 'apex.state("s", new Proxy({}, { ownKeys() { while (armed); return [] } }));';
    const looping = await host.start(`globalThis.armed = false; ${trap}`, {
      mode: 'hybrid',
      keep: true,
      limits: { turnMs: 200 },
    });
    await looping.ran;
    // Nobody asks for the state but the host itself, after this turn.
    await looping.evaluate('armed = true');
    await until(() => looping.ended);
    const { outcome } = looping.info;
    assert.equal(outcome && !outcome.ok && outcome.failure.code, 'timeout');
    assert.deepEqual(await numbers(), [10, 11, 12]);
  });

  it('start again from their last state when one of them takes the process down', async () => {
    // A native operation lets go of nothing: only the end of the process ends it.
    const waiting = neighbours[0]!.evaluate('new Promise(() => {})');
    // Who asks while it starts again waits until it can answer.
    const answer = waiting.catch(() => neighbours[0]!.evaluate('1 + 1'));
    const stuck = 'const s = "a".repeat(2 ** 20); for (;;) BigInt("9".repeat(1e7));';
    const { outcome } = await host.run(stuck, { mode: 'hybrid', limits: { turnMs: 100, memoryMb: 512 } });
    assert.equal(outcome.ok, false);
    await until(() => neighbours.every((one) => one.info.status === 'idle'));
    assert.deepEqual(await numbers(), [10, 11, 12]);
    assert.deepEqual(
      neighbours.map((one) => one.info.restarts),
      [1, 1, 1],
    );
    await assert.rejects(waiting, { code: 'sandbox-restarted' });
    assert.equal(await answer, '2');
  });
});
