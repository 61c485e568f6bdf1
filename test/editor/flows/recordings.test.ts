import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { flow } from '../workbench.ts';

for (const theme of ['Default Dark Modern', 'Default Light Modern'] as const) {
  flow(`recordings, ${theme}`, { theme }, (window) => {
    const view = () => window().page.locator('.pane').filter({ hasText: 'Recordings' }).first();
    const rows = () => view().locator('.monaco-list-row');
    const menu = async (title: string) => {
      await rows().first().click({ button: 'right' });
      // A menu that has just opened takes a click for the end of the one that opened it.
      await window().page.locator('.monaco-menu').getByText(title, { exact: true }).hover();
      await window().page.keyboard.press('Enter');
    };
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
      await menu('Rename…');
      await input().fill('The lost cents');
      await window().page.keyboard.press('Enter');
      await rows().filter({ hasText: 'The lost cents' }).waitFor();
      await menu('Pin');
      await view().locator('.codicon-pinned').first().waitFor();
      await window().screenshot(`recordings-${theme.split(' ')[1]}`);
    });

    it('travels in it again', async () => {
      await rows().first().click();
      await window().debugToolbar().waitFor();
      await window()
        .page.locator('.statusbar-item')
        .filter({ hasText: /· past$/ })
        .waitFor();
      await window().debugToolbar().getByRole('button', { name: /Stop/ }).click();
      await window().debugToolbar().waitFor({ state: 'hidden' });
    });

    it('deletes it when that is confirmed', async () => {
      const [name] = readdirSync(window().recordings);
      await window().command('View: Show Apex');
      await menu('Delete');
      await window().page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' }).click();
      await view().locator('.welcome-view').getByRole('button', { name: 'Record Open File' }).waitFor();
      assert.equal(existsSync(join(window().recordings, name!)), false);
    });
  });
}
