import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flow } from '../workbench.ts';

/** Says its number when it is another one than before. */
const program = (name: string, state: string, total: number) => `import { state } from 'apex';
const mine = state('${state}', { total: ${total} });
let last = -1;
setInterval(() => {
  if (mine.total === last) return;
  last = mine.total;
  console.log('${name} has', last);
}, 50);
`;
const SCAN = `import { readFile } from 'node:fs/promises';
for (let n = 0; n < 60; n++) await readFile('data/' + n).catch(() => {});
`;
/** Two programs that talk: one orders, the other answers with a receipt. */
const SELLER = `import { channel } from 'apex';
const receipts = channel('receipts');
const orders = channel('orders');
await orders.subscribe();
console.log('shop is open');
for await (const { item } of orders) {
  console.log('shop sells', item);
  await receipts.send({ item, total: 24 });
}
`;
const CUSTOMER = `import { channel } from 'apex';
const receipts = channel('receipts');
await receipts.subscribe();
console.log('customer reaches', await channel('orders').send({ item: 'teapot' }));
for await (const { item, total } of receipts) console.log('customer pays', total, 'for a', item);
`;
const POLICY = {
  version: 1,
  rules: [{ effect: 'allow', operations: ['fs.read', 'channel.*'] }],
  anomalies: [
    {
      name: 'file-scan',
      operations: ['fs.read'],
      measure: 'resources',
      over: 20,
      withinMs: 60_000,
      response: 'suspend',
    },
  ],
};
const GROUP = {
  name: 'market',
  strategy: 'one_for_all',
  children: [{ name: 'one', file: './one.ts', restart: 'permanent' }],
};

flow('sandbox host', {}, (window) => {
  const output = () => window().page.locator('.output-view .view-lines').first();
  const row = (text: string | RegExp) =>
    window().page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
  const picked = (text: string) =>
    window().page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  const input = () => window().page.locator('.quick-input-widget input').first();
  const run = async (file: string) => {
    await window().openFile(file);
    await window().command('Apex: Run File in Sandbox');
  };

  it('bridges two states', async () => {
    const files = {
      'one.ts': program('one', 'cart', 5),
      'two.ts': program('two', 'basket', 0),
      'scan.ts': SCAN,
      'seller.ts': SELLER,
      'customer.ts': CUSTOMER,
      'market.json': JSON.stringify(GROUP),
      'apex.policy.json': JSON.stringify(POLICY),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(window().workspace, name), text);
    await run('one.ts');
    await output().getByText('one has 5').first().waitFor();
    await run('two.ts');
    await output().getByText('two has 0').first().waitFor();
    await window().command('Apex: Take Sandbox Snapshot');
    await window().page.locator('.quick-input-title', { hasText: 'Snapshot of two.ts' }).waitFor();
    await window().page.keyboard.press('Enter');
    await window().page.locator('.statusbar-item', { hasText: 'Snapshot of basket' }).waitFor();
    await window().command('Apex: Bridge Two Sandbox States');
    for (const choice of ['cart', 'basket', 'push', 'eager']) await picked(choice).click();
    await output().getByText('two has 5').first().waitFor();
    await window().command('View: Show Apex');
    await row(/sandbox-1 cart → sandbox-2 basket/).waitFor();
  });

  it('starts a group', async () => {
    await window().openFile('market.json');
    await window().command('Apex: Start Sandbox Group');
    await window().command('View: Show Apex');
    await row(/market.*one_for_all · running/).waitFor();
    await window().screenshot('sandbox-host');
  });
  it('closes the bridge, stops the group', async () => {
    await window().command('Apex: Close Bridge');
    await picked('cart').click();
    await row(/sandbox-1 cart → sandbox-2 basket/).waitFor({ state: 'detached' });
    await window().command('Apex: Stop Sandbox Group');
    await picked('market').click();
    await row(/one_for_all · running/).waitFor({ state: 'detached' });
  });

  it('compares a snapshot with what is now', async () => {
    await window().command('Apex: Compare with Sandbox Snapshot');
    await picked('basket').click();
    const shown = window().page.locator('.editor-group-container .view-lines');
    await shown
      .getByText(/basket\.total:\s0\s→\s5/)
      .first()
      .waitFor();
  });

  it('restores a snapshot and takes that back', async () => {
    await window().command('Apex: Restore Sandbox Snapshot');
    await picked('basket').click();
    await output().getByText('two has 0').nth(1).waitFor();
    await window().command('Apex: Undo State Edit');
    await output().getByText('two has 5').nth(1).waitFor();
  });

  it('moves a sandbox to another mode', async () => {
    await window().command('Apex: Move Sandbox to Another Mode');
    await picked('isolation').click();
    await row(/two\.ts.*isolation/).waitFor();
    await output().getByText('two has 5').nth(2).waitFor();
  });

  it('tells of an anomaly, holds the sandbox and lets it go on', async () => {
    await run('scan.ts');
    await window().notification(/file-scan|different/);
    await row(/scan\.ts.*suspended/).waitFor();
    await window().command('Apex: Resume Sandbox');
    await row(/scan\.ts.*suspended/).waitFor({ state: 'detached' });
  });

  it('lets two programs talk, and shows what crossed', async () => {
    await run('seller.ts');
    await output().getByText('shop is open').first().waitFor();
    await run('customer.ts');
    await output().getByText('shop sells teapot').first().waitFor();
    await output().getByText('customer reaches 1').first().waitFor();
    await output().getByText('customer pays 24 for a teapot').first().waitFor();
    await row(/customer\.ts.* [1-9]\d* calls?/).waitFor();
    await row(/seller\.ts.* [1-9]\d* calls?/).waitFor();
    // Programs run on meanwhile: their rows are not drawn anew under the pointer.
    const told = window().page.locator('.workbench-hover', { hasText: 'asked for' }).first();
    const look = async () => {
      await window().page.mouse.move(0, 0);
      await row('seller.ts').hover();
    };
    await window().until(told, look, 10_000);
    await window().screenshot('sandbox-channels');
  });

  it('limits the host', async () => {
    await window().command('Apex: Limits of the Sandbox Host');
    await picked('Sandboxes').click();
    await window().until(window().page.locator('.statusbar-item', { hasText: '1 sandboxes' }), async () => {
      await input().fill('1');
      await window().page.keyboard.press('Enter');
    });
    await run('one.ts');
    await window().notification(/takes no more than 1/);
  });
});
