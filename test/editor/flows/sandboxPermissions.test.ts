import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flow } from '../workbench.ts';

flow('sandbox permissions', {}, (window) => {
  const output = () => window().page.locator('.output-view .view-lines').first();

  it('asks before a program in hybrid mode reads a file, and says no while nobody answers', async () => {
    const program = `import { readFile } from 'node:fs/promises';
console.log('read', (await readFile('note.txt', 'utf8')).trim());
`;
    writeFileSync(join(window().workspace, 'asks.ts'), program);
    writeFileSync(join(window().workspace, 'note.txt'), 'a note');
    // Files of the later steps: the editor finds by name what was there when it first looked.
    writeFileSync(join(window().workspace, 'part.ts'), `export const word = () => 'first';`);
    const says = `import { word } from './part.ts';\nsetInterval(() => console.log('says', word()), 300);\n`;
    writeFileSync(join(window().workspace, 'says.ts'), says);
    writeFileSync(join(window().workspace, 'picked.ts'), `console.log('picked', 6 * 7);\n`);
    await window().openFile('asks.ts');
    await window().page.locator('.statusbar-item', { hasText: 'hybrid' }).waitFor();
    await window().command('Apex: Run File in Sandbox');
    await window().notification('asks.ts wants to read /app/note.txt');
    await window().screenshot('sandbox-permission');
    await window()
      .page.locator('.notifications-toasts, .notifications-center')
      .getByText('This Session')
      .first()
      .click();
    await output().getByText('read a note').waitFor();
  });

  it('lists what runs, with its use and its end', async () => {
    await window().page.locator('.activitybar .action-label[aria-label^="Apex"]').first().click();
    const item = window().page.locator('.pane-body .monaco-list-row', { hasText: 'asks.ts' }).first();
    await item.waitFor();
    await window().screenshot('sandbox-view');
  });

  it('replaces a file while its program runs, and says when the new one fails', async () => {
    const part = (text: string) => writeFileSync(join(window().workspace, 'part.ts'), text);
    await window().openFile('says.ts');
    await window().command('Apex: Run File in Sandbox');
    await output().getByText('says first').first().waitFor();
    part(`export const word = () => 'second';`);
    await window().command('Apex: Hot Swap');
    await output().getByText('says second').first().waitFor();
    part(`throw new Error('broken');`);
    await window().command('Apex: Hot Swap');
    await window().notification(/The new version failed, the old one goes on: Error: broken/);
    await window().command('Apex: Stop Sandbox');
  });

  it('runs what is selected', async () => {
    await window().openFile('picked.ts');
    await window().until(output().getByText('picked 42').first(), async () => {
      // The notifications of the step before may have the keyboard.
      await window().page.locator('.editor-group-container .view-line').first().click();
      await window().page.keyboard.press('Control+A');
      await window().command('Apex: Run Selection in Sandbox');
    });
  });
});
