import assert from 'node:assert/strict';
import { flow } from '../workbench.ts';

for (const theme of ['Default Dark Modern', 'Default Light Modern'] as const) {
  const shade = theme.split(' ')[1]!.toLowerCase();
  flow(`timeline, ${theme}`, { theme }, (window) => {
    const option = (text: string) => window().webview().getByRole('option').filter({ hasText: text });
    const position = () =>
      window()
        .page.locator('.statusbar-item')
        .filter({ hasText: /· past$/ });
    const said = () => window().webview().getByRole('status');
    const strip = () => window().webview().locator('canvas[tabindex]');
    /** Who travels by a click is taken to the editor, and so is the keyboard: before that no key would reach the timeline for sure. */
    const arrived = () => window().page.locator('.editor-group-container .monaco-editor.focused').waitFor();

    it('opens with the button of the debug toolbar', async () => {
      await window().openFile('day.ts');
      await window().command('Debug: Start Debugging');
      await window().debugToolbar().waitFor();
      await position().waitFor();
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
      // While they are found, a note says so.
      await window().webview().locator('.track .note').waitFor({ state: 'detached' });
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
      await option('GET /recommend').waitFor({ state: 'detached' });
      assert.equal(await option('requests').count(), 6);
    });

    it('travels to one by a click, and the editor stands there', async () => {
      await option('requests').nth(2).click();
      await window().page.locator('.tab.active[data-resource-name="server.ts"]').waitFor();
      await window().page.locator('.debug-top-stack-frame-column, .debug-top-stack-frame-line').first().waitFor();
      await said().filter({ hasText: 'POST /orders' }).waitFor();
      await arrived();
    });

    it('marks the moment at which the editor stands', async () => {
      const [, step] = /step ([\d,]*\d)/.exec(await position().innerText()) ?? [];
      await window().webview().getByText(`now at step ${step}`).first().waitFor();
    });

    it('shows the strip with the moment, and travels on by keyboard', async () => {
      await window().webview().getByRole('searchbox').fill('');
      await window().webview().getByRole('button', { name: 'List' }).click();
      await strip().focus();
      await window().page.waitForTimeout(300);
      await window().screenshot(`timeline-${shade}`);
      const before = await position().innerText();
      await window().until(position().filter({ hasNotText: before }), async () => {
        await strip().press('ArrowRight');
        await strip().press('Enter');
      });
      await window().page.locator('.tab.active[data-resource-name="day.ts"]').waitFor();
      await window().page.locator('.debug-top-stack-frame-column, .debug-top-stack-frame-line').first().waitFor();
      // The editor goes along, the keyboard stays.
      await window().page.waitForFunction(() => document.activeElement?.matches('iframe.webview'));
    });

    it('shows what each function cost, as a lane and a table, and travels to its slowest call', async () => {
      const functions = window().webview().getByRole('table', { name: 'Functions in this range' });
      const shown = window().webview().locator('button[aria-pressed="true"]', { hasText: 'Profile' });
      await window().until(shown, () => strip().press('f'));
      await functions.getByRole('row').filter({ hasText: 'likeness' }).filter({ hasText: '8,000' }).waitFor();
      await window().webview().locator('canvas.flame').waitFor();
      await window().page.waitForTimeout(300);
      await window().screenshot(`timeline-profile-${shade}`);
      await functions.getByRole('button', { name: 'recommend', exact: true }).click();
      await window().page.locator('.tab.active[data-resource-name="recommend.ts"]').waitFor();
    });

    it('shows what called what', async () => {
      await window().webview().getByRole('button', { name: 'Calls', exact: true }).click();
      const calls = window().webview().getByRole('treegrid');
      await calls.getByRole('row').filter({ hasText: 'likeness' }).filter({ hasText: '8,000' }).waitFor();
      await window().screenshot(`timeline-calls-${shade}`);
      await calls.getByRole('button', { name: 'Close recommend' }).click();
      await calls.getByRole('row').filter({ hasText: 'likeness' }).waitFor({ state: 'detached' });
    });

    it('keeps questions to a part that is brushed, and says so', async () => {
      await window().until(
        window()
          .webview()
          .getByRole('button', { name: /^Only / }),
        async () => {
          const box = (await strip().boundingBox())!;
          await window().page.mouse.move(box.x + 200, box.y + 8);
          await window().page.mouse.down();
          await window().page.mouse.move(box.x + 500, box.y + 8, { steps: 4 });
          await window().page.mouse.up();
        },
      );
      const part = window()
        .page.locator('.statusbar-item')
        .filter({ hasText: /only steps [\d,]+ to [\d,]+/ });
      await part.waitFor();
      await window().webview().getByRole('treegrid').waitFor();
      await window().screenshot(`timeline-focus-${shade}`);
      const everywhere = window()
        .page.locator('.part.statusbar')
        .filter({ hasNotText: /only steps/ });
      await window().until(everywhere, () => strip().press('Escape'));
      await part.waitFor({ state: 'hidden' });
      await window().webview().getByRole('button', { name: 'Calls', exact: true }).click();
    });

    it('plays backwards and stands still again', async () => {
      await window().webview().getByRole('combobox', { name: 'Speed' }).selectOption('4 steps/s');
      const before = await said().textContent();
      await window().webview().getByRole('button', { name: 'Play backwards (Shift+P)' }).click();
      await said().filter({ hasNotText: before! }).waitFor();
      const playing = window().webview().locator('button.play[aria-pressed="true"]');
      await playing.click();
      await playing.waitFor({ state: 'detached' });
    });

    it('ends with the session', async () => {
      await window().debugToolbar().getByRole('button', { name: /Stop/ }).click();
      await window().debugToolbar().waitFor({ state: 'hidden' });
    });
  });
}
