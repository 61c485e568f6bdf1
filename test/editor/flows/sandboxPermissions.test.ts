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
});
