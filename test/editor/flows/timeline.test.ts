import assert from 'node:assert/strict';
import { flow } from '../workbench.ts';

for (const theme of ['Default Dark Modern', 'Default Light Modern'] as const) {
  const shade = theme.split(' ')[1]!.toLowerCase();
  flow(`timeline, ${theme}`, { theme }, (window) => {
    const option = (text: string) => window().webview().getByRole('option').filter({ hasText: text });
    const said = () => window().webview().getByRole('status');

    it('opens with the button of the debug toolbar', async () => {
      await window().openFile('day.ts');
      await window().command('Debug: Start Debugging');
      await window().debugToolbar().waitFor();
      await window()
        .page.locator('.statusbar-item')
        .filter({ hasText: /· past$/ })
        .waitFor();
      await window()
        .debugToolbar()
        .getByRole('button', { name: /Show Timeline/ })
        .click();
      await window().webview().locator('canvas').waitFor();
    });

    it('draws the values of a variable over time, and a click on one travels there', async () => {
      await window().openFile('src/ledger.ts');
      await window().goToLine(16, 24);
      const values = window().webview().locator('canvas.value');
      await window().until(values, () => window().command('Apex: Show Values in Timeline'));
      await values.hover({ position: { x: 500, y: 20 } });
      await window().page.waitForTimeout(300);
      await window().screenshot(`timeline-values-${shade}`);
      // Some receipts had been written by then.
      const before = await said().textContent();
      const { width } = (await values.boundingBox())!;
      await values.click({ position: { x: width * 0.7, y: 20 } });
      await said().filter({ hasNotText: before! }).waitFor();
      await window().page.locator('.tab.active[data-resource-name="ledger.ts"]').waitFor();
      await window().webview().getByRole('button', { name: 'Remove the values of receipts.length' }).click();
      await values.waitFor({ state: 'detached' });
    });

    it('lists the six orders', async () => {
      await window().webview().getByRole('button', { name: 'List' }).click();
      await window().webview().getByRole('searchbox').fill('POST /orders');
      await option('POST /orders').nth(5).waitFor();
      assert.equal(await option('requests').count(), 6);
    });

    it('travels to one by a click, and the editor stands there', async () => {
      await option('requests').nth(2).click();
      await window().page.locator('.tab.active[data-resource-name="server.ts"]').waitFor();
      await window().page.locator('.debug-top-stack-frame-column, .debug-top-stack-frame-line').first().waitFor();
      await said().filter({ hasText: 'POST /orders' }).waitFor();
    });

    it('marks the moment at which the editor stands', async () => {
      const position = await window()
        .page.locator('.statusbar-item')
        .filter({ hasText: / past$/ })
        .innerText();
      const [, step] = /step ([\d,]*\d)/.exec(position) ?? [];
      await window().webview().getByText(`now at step ${step}`).first().waitFor();
    });

    it('shows the strip with the moment, and travels on by keyboard', async () => {
      await window().webview().getByRole('searchbox').fill('');
      await window().webview().getByRole('button', { name: 'List' }).click();
      await window().webview().locator('canvas[tabindex]').focus();
      await window().page.waitForTimeout(300);
      await window().screenshot(`timeline-${shade}`);
      const before = await said().textContent();
      await window().page.keyboard.press('ArrowRight');
      await window().page.keyboard.press('Enter');
      assert.notEqual(await said().textContent(), before);
    });

    it('ends with the session', async () => {
      await window().debugToolbar().getByRole('button', { name: /Stop/ }).click();
      await window().debugToolbar().waitFor({ state: 'hidden' });
    });
  });
}
