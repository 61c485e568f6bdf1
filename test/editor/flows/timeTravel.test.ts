import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flow } from '../workbench.ts';

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';

test('is another one', () => {});
test('adds up', () => {
  const sum = 1 + 1;
  assert.equal(sum, 3);
});
`;

flow('time travel', {}, (window) => {
  const callStack = () => window().page.locator('.debug-call-stack');
  const variables = () => window().page.locator('.debug-variables');
  const position = () =>
    window()
      .page.locator('.statusbar-item')
      .filter({ hasText: /· past$/ });

  it('F5 records the shop and stops where the error is thrown', async () => {
    // Before the editor's index of files is made.
    writeFileSync(join(window().workspace, 'sum.test.mjs'), TEST);
    await window().openFile('day.ts');
    await window().page.keyboard.press('F5');
    await window().debugToolbar().waitFor();
    await window().page.keyboard.press('Control+Shift+D');
    await callStack().getByText('closeDay').first().waitFor();
    await variables().getByText('31400').first().waitFor();
    await position().waitFor();
  });

  it('Step Back, with the mouse, goes to the statement before', async () => {
    await window()
      .debugToolbar()
      .getByRole('button', { name: /Step Back/ })
      .click();
    await callStack().getByText('35:3').first().waitFor();
    await window().screenshot('step-back');
  });

  it('Reverse runs back to the moment when the price was changed', async () => {
    await window().openFile('src/cart.ts');
    await window().goToLine(31);
    await window().page.keyboard.press('F9');
    await window()
      .debugToolbar()
      .getByRole('button', { name: /Reverse/ })
      .click();
    await callStack().getByText('applyCoupon').first().waitFor();
    await variables().getByText('discount').first().waitFor();
    await window().screenshot('time-travel');
  });

  it('evaluates at that moment', async () => {
    await window().command('Debug Console: Focus on Debug Console View');
    await window().page.keyboard.type('cart.customer + " " + line.product.price');
    await window().page.keyboard.press('Enter');
    await window().page.locator('.repl').getByText("'Cleo 3200'").first().waitFor();
  });

  it('tries another value in a branch, looks at its first difference, and comes back', async () => {
    await window().command('Apex: What If…');
    await window().page.locator('.quick-input-widget input:focus').waitFor();
    await window().page.keyboard.type('discount = 0');
    await window().page.keyboard.press('Enter');
    const branch = window().page.locator('.statusbar-item').filter({ hasText: 'what-if: discount = 0' });
    await branch.waitFor();
    await window().page.locator('.repl').getByText('What if discount = 0').first().waitFor();
    await callStack().getByText('38:9').first().waitFor();
    // Frames and variables of the moment of the change make room for those of the branch.
    await callStack().getByText('placeOrder').first().waitFor({ state: 'hidden' });
    await variables().getByText('discount').first().waitFor({ state: 'hidden' });
    await window().screenshot('what-if');
    await window()
      .debugToolbar()
      .getByRole('button', { name: /Step Back/ })
      .click();
    await position().waitFor();
    await callStack().getByText('applyCoupon').first().waitFor();
  });

  it('runs the source as it was changed in the editor, compares it, and comes back', async () => {
    const page = () => window().page;
    const toggleComment = async () => {
      await window().openFile('src/cart.ts');
      await window().goToLine(31);
      await page().keyboard.press('Control+/');
    };
    const commented = page()
      .locator('.view-line')
      .filter({ hasText: /\/\/\s*line\.product\.price/ });
    await toggleComment();
    await commented.first().waitFor();
    await page().keyboard.press('Alt+Shift+C');
    await page().locator('.statusbar-item').filter({ hasText: 'what-if: changed cart.ts' }).waitFor();
    await page().locator('.repl').getByText('With changed cart.ts').first().waitFor();
    await callStack().getByText('placeOrder').first().waitFor({ state: 'hidden' });
    await variables().getByText('discount').first().waitFor({ state: 'hidden' });
    await window().screenshot('changed-source');
    await window().openFile('src/cart.ts');
    await window().command('Apex: Compare With Recorded Source');
    await page().locator('.monaco-diff-editor').first().waitFor();
    await page().locator('.tab.active').filter({ hasText: 'recorded ↔ now' }).waitFor();
    await window().command('View: Close Editor');
    await window()
      .debugToolbar()
      .getByRole('button', { name: /Step Back/ })
      .click();
    await position().waitFor();
    await callStack().getByText('applyCoupon').first().waitFor();
    await toggleComment();
    await commented.first().waitFor({ state: 'hidden' });
  });

  it('goes forward over the change', async () => {
    await window()
      .debugToolbar()
      .getByRole('button', { name: /Step Over/ })
      .click();
    await callStack().getByText('74:3').first().waitFor();
    await window().command('Debug Console: Focus on Debug Console View');
    await window().page.keyboard.type('cart.lines[0].product.price');
    await window().page.keyboard.press('Enter');
    await window().page.locator('.repl').getByText('2400').first().waitFor();
  });

  const stop = async () => {
    await window().debugToolbar().getByRole('button', { name: /Stop/ }).click();
    await window().debugToolbar().waitFor({ state: 'hidden' });
  };
  it('ends with the stop button', stop);

  it('records one test from above it, and stops where it fails', async () => {
    await window().openFile('sum.test.mjs');
    await window().page.getByRole('button', { name: 'Record test' }).nth(1).click();
    await window().debugToolbar().waitFor();
    await position().waitFor();
    await callStack().getByText('7:3').first().waitFor();
    await variables().getByText('sum').first().waitFor();
    await stop();
  });
});
