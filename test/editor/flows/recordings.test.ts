import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { flow } from '../workbench.ts';

for (const theme of ['Default Dark Modern', 'Default Light Modern'] as const) {
  flow(`recordings, ${theme}`, { theme }, (window) => {
    const view = () => window().page.locator('.pane').filter({ hasText: 'Recordings' }).first();
    const rows = () => view().locator('.monaco-list-row');
    /** Chooses from the menu of the first recording until `effect` is there: a view that is renewed closes its menu. */
    const menu = (title: string, effect: Locator) =>
      window().until(effect, async () => {
        await window().page.keyboard.press('Escape');
        await rows().first().click({ button: 'right' });
        // A menu that has just opened takes a click for the end of the one that opened it.
        const item = window().page.locator('.monaco-menu').getByText(title, { exact: true });
        const found = item.hover({ timeout: 5000 }).then(() => true);
        await window().page.keyboard.press((await found.catch(() => false)) ? 'Enter' : 'Escape');
      });
    const input = () => window().page.locator('.quick-input-widget input').first();

    it('is empty at first, with one button', async () => {
      await window().openFile('day.ts');
      await window().command('View: Show Apex');
      await view().getByRole('button', { name: 'Record Open File' }).first().waitFor();
      await window().screenshot(`recordings-empty-${theme.split(' ')[1]}`);
    });

    it('records with that button and keeps the recording', async () => {
      await view().locator('.welcome-view').getByRole('button', { name: 'Record Open File' }).click();
      await window().debugToolbar().waitFor();
      await window()
        .page.locator('.statusbar-item')
        .filter({ hasText: /· past$/ })
        .waitFor();
      await window().debugToolbar().getByRole('button', { name: /Stop/ }).click();
      await window().debugToolbar().waitFor({ state: 'hidden' });
      await window().command('View: Show Apex');
      await rows().filter({ hasText: 'day.ts' }).filter({ hasText: 'exit code 1' }).waitFor();
      assert.equal(readdirSync(window().recordings).length, 1);
    });

    it('renames and pins it', async () => {
      await menu('Rename…', input());
      await input().fill('The lost cents');
      await window().page.keyboard.press('Enter');
      await rows().filter({ hasText: 'The lost cents' }).waitFor();
      await menu('Pin', view().locator('.codicon-pinned').first());
      await window().screenshot(`recordings-${theme.split(' ')[1]}`);
    });

    it('travels in it again', async () => {
      await rows().first().click();
      await window()
        .page.locator('.statusbar-item')
        .filter({ hasText: /· past$/ })
        .waitFor();
      // On a busy machine the toolbar may miss that a session began, until one looks at it.
      const calls = window().page.locator('.debug-call-stack .monaco-list-row').first();
      const soon = window().debugToolbar().waitFor({ timeout: 15_000 });
      await soon.catch(() =>
        window().until(window().debugToolbar(), async () => {
          await window().command('View: Show Run and Debug');
          await calls.click({ timeout: 5000 }).catch(() => undefined);
        }),
      );
      await window().debugToolbar().getByRole('button', { name: /Stop/ }).click();
      await window().debugToolbar().waitFor({ state: 'hidden' });
    });

    it('deletes it when that is confirmed', async () => {
      const [name] = readdirSync(window().recordings);
      await window().command('View: Show Apex');
      const confirm = window().page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' });
      await menu('Delete', confirm);
      await confirm.click();
      await view().locator('.welcome-view').getByRole('button', { name: 'Record Open File' }).waitFor();
      assert.equal(existsSync(join(window().recordings, name!)), false);
    });
  });
}
