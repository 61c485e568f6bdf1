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

    it('shows the way of what is typed as a tree whose steps open their place, and repairs it', async () => {
      const { page } = window();
      await window().openFile('src/catalog.ts');
      await window().goToLine(1);
      await page.keyboard.type(
        "import { exec } from 'node:child_process';\nimport { createServer } from 'node:http';\n",
      );
      await page.keyboard.type("createServer((request) => exec('ping ' + request.headers.host)).listen(1);\n");
      await page.locator('.squiggly-error').first().waitFor();
      // The tree of the side bar: Problems shows the same steps below.
      const path = page.locator('.part.sidebar .monaco-list-row');
      const first = path.filter({ hasText: 'untrusted: request.headers' }).first();
      const action = (title: string) => page.locator('.action-widget').getByText(title).first();
      await window().goToLine(3, 30);
      await window().until(first, async () => {
        await window().until(action('Show the path'), () => page.keyboard.press('Control+.'));
        await action('Show the path')
          .click({ timeout: 5000 })
          .catch(() => undefined);
      });
      await path.filter({ hasText: 'reaches exec()' }).first().waitFor();
      await window().screenshot(`path-${theme.split(' ')[1]}`);
      await first.click();
      await window().openFile('src/catalog.ts');
      await window().goToLine(3, 30);
      const repair = action('Start the program without a shell');
      await window().until(repair, () => page.keyboard.press('Control+.'));
      await repair.click();
      await page.locator('.view-line').filter({ hasText: "execFile('ping', [" }).first().waitFor();
      await page.locator('.squiggly-error').first().waitFor({ state: 'hidden' });
    });
  });
}
