import assert from 'node:assert/strict';
import type { Workbench } from '../workbench.ts';
import { flow } from '../workbench.ts';

const output = (window: Workbench) => window.page.locator('.output-view .view-lines').first();
const row = (window: Workbench, label: string) =>
  window.webview().getByRole('treeitem', { name: new RegExp(`^${label}:`) });

for (const theme of ['Default Dark Modern', 'Default Light Modern'] as const) {
  flow(`sandbox state, ${theme}`, { theme }, (window) => {
    it('says what to do while nothing runs', async () => {
      await window().openFile('sandbox/pricing.ts');
      await window().command('Apex: Show Sandbox State');
      await window().webview().getByRole('button', { name: 'Run File in Sandbox' }).waitFor();
      await window().screenshot(`sandbox-empty-${theme.split(' ')[1]}`);
    });

    it('shows the state of the program that runs', async () => {
      await window().webview().getByRole('button', { name: 'Run File in Sandbox' }).click();
      await row(window(), 'discount').waitFor();
      await output(window()).getByText('at 10 % off').first().waitFor();
    });

    it('edits a value that the program then uses', async () => {
      await row(window(), 'discount').dblclick();
      const field = window().webview().getByRole('textbox');
      await field.fill('0.5');
      await field.press('Enter');
      await output(window()).getByText('at 50 % off').first().waitFor();
      assert.match((await row(window(), 'discount').getAttribute('aria-label')) ?? '', /^discount: 0\.5, number/);
    });

    it('refuses a wrong kind and what the program refuses, by keyboard', async () => {
      await row(window(), 'discount').focus();
      await window().page.keyboard.press('Enter');
      const field = window().webview().getByRole('textbox');
      await field.fill('much');
      await field.press('Enter');
      await window().webview().getByRole('alert').getByText('is not a number').waitFor();
      await field.fill('2');
      await field.press('Enter');
      await window().webview().getByRole('alert').getByText('between 0 and 0.9').waitFor();
      await window().screenshot(`sandbox-state-${theme.split(' ')[1]}`);
      await field.press('Escape');
    });

    it('stops the program', async () => {
      await window().webview().getByRole('button', { name: 'Stop' }).click();
      await window().webview().getByRole('button', { name: 'Run again' }).waitFor();
    });
  });
}
