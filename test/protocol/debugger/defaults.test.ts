import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DapClient } from './dapClient.ts';

const till = join(import.meta.dirname, '../fixtures/till/till.cjs');

describe('debugger: clients that leave requests out', function () {
  this.timeout(180_000);
  let client: DapClient;
  beforeEach(() => {
    client = new DapClient();
  });
  afterEach(() => client.close());

  // dap-mode of Emacs sends setExceptionBreakpoints only where there are breakpoints.
  it('stands at the uncaught error though nobody said which exceptions stop', async () => {
    await client.send('initialize', { adapterID: 'apex-time-travel' });
    await client.event('initialized');
    await client.send('launch', { program: till });
    await client.send('configurationDone');
    const { body } = await client.event('stopped');
    assert.equal((body as { reason: string }).reason, 'exception');
  });
});
