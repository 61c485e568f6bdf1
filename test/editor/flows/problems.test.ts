import { flow } from '../workbench.ts';

for (const theme of ['Default Dark Modern', 'Default Light Modern'] as const) {
  flow(`faults while typing, ${theme}`, { theme }, (window) => {
    const problem = (text: string | RegExp) => window().problems().getByText(text).first();

    it('lists the faults of an open file, with the path across files', async () => {
      await window().openFile('src/server.ts');
      await window().page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
      await window().command('Problems: Focus on Problems View');
      await problem('Untrusted text in a file path').waitFor();
      await problem(/untrusted: request\.url/).waitFor();
      await window().screenshot(`problems-${theme.split(' ')[1]}`);
    });

    it('finds a fault in what is being typed, and repairs it', async () => {
      await window().openFile('src/recommend.ts');
      await window().goToLine(1);
      await window().page.keyboard.type("import { createHash } from 'node:crypto';\n");
      await window().page.keyboard.type(
        "export const signature = (order: string) => createHash('md5').update(order);\n",
      );
      await window().page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
      await window().goToLine(2, 60);
      const repair = window().page.locator('.action-widget').getByText('Use SHA-256');
      await window().until(repair, () => window().page.keyboard.press('Control+.'));
      await window().screenshot(`repair-${theme.split(' ')[1]}`);
      await window().page.keyboard.press('Enter');
      await window().page.locator('.view-line').filter({ hasText: "createHash('sha256')" }).waitFor();
      await window().page.locator('.squiggly-error, .squiggly-warning').first().waitFor({ state: 'hidden' });
    });
  });
}
