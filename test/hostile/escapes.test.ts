import assert from 'node:assert/strict';
import { escapePrograms, prelude } from './escapePrograms.ts';
import { HostileHost } from './hostileHost.ts';

// None of them has to end by the clock, and a slow machine must not look as if one had.
const limits = { wallMs: 60_000, turnMs: 30_000, cpuMs: 60_000 };

describe('attempts to get out of a sandbox', function () {
  this.timeout(120_000);
  let host: HostileHost;
  before(() => {
    host = new HostileHost();
  });
  after(() => host.close());

  it('would be seen if they succeeded', async () => {
    const { output } = await host.run(`${prelude} leak('something')`, { limits });
    assert.match(output, /^ESCAPED something/);
  });

  for (const [name, source] of escapePrograms) {
    it(name, async () => {
      const { outcome, output } = await host.run(prelude + source, { limits });
      assert.doesNotMatch(output, /ESCAPED/);
      assert.ok(outcome.ok || ['uncaught', 'worker-lost'].includes(outcome.failure.code), JSON.stringify(outcome));
      assert.doesNotMatch(
        JSON.stringify(outcome),
        /\/usr\/|\/root|node_modules|file:\/\//,
        'names no path of this machine',
      );
    });
  }
});
