import assert from 'node:assert/strict';
import { flow } from '../workbench.ts';

/** The story of docs/debugging.md. Each `action` is something that a person does with a key or the mouse. */
flow('who wrote this', {}, (window) => {
  const callStack = () => window().page.locator('.debug-call-stack');
  const variables = () => window().page.locator('.debug-variables');
  let actions = 0;
  const action = async (does: Promise<unknown>) => {
    actions++;
    await does;
  };

  it('F5: the till is off by 800 cents', async () => {
    await action(window().openFile('day.ts'));
    await action(window().page.keyboard.press('F5'));
    await window().debugToolbar().waitFor();
    await window().page.keyboard.press('Control+Shift+D');
    await callStack().getByText('closeDay').first().waitFor();
  });

  it('lists the price each time that it was added up', async () => {
    await action(window().openFile('src/cart.ts'));
    await action(window().goToLine(39, 28));
    await action(window().command('Apex: All Times This Line Ran'));
    const rows = window().page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: '2400' }).first().waitFor();
    await window().page.waitForTimeout(300); // It fades in.
    await window().screenshot('times-of-line');
    await window().page.keyboard.type('2400');
    await window().page.keyboard.press('End');
    const cheap = rows.filter({ hasText: '2400' });
    assert.ok((await cheap.count()) >= 2);
    await action(cheap.last().click());
    await callStack().getByText('total').first().waitFor();
    await variables().getByText('line').first().waitFor();
    // Where the program stands the editor follows: what is done before that would be moved away.
    await window().cursorAt(39, 5);
  });

  it('goes to who wrote it: the coupon of another customer changed the shared product', async () => {
    await action(window().goToLine(39, 28));
    // Once: who is asked again goes further back.
    await action(window().page.keyboard.press('Alt+Shift+W'));
    await callStack().getByText('applyCoupon').first().waitFor();
    await callStack().getByText('31:5').first().waitFor();
    assert.ok(actions < 10, `${actions} actions`);
  });

  it('shows whose coupon it was', async () => {
    const local = variables()
      .locator('.monaco-list-row')
      .filter({ hasText: /^Local$/ });
    const cleo = variables().getByText("'Cleo'").first();
    await window().until(cleo, () => local.locator('.monaco-tl-twistie').click());
    await window().screenshot('who-wrote-this');
    await window().command('Preferences: Toggle between Light/Dark Themes');
    await window().page.locator('.monaco-workbench.vs').waitFor();
    await window().screenshot('who-wrote-this-light');
  });

  it('ends with the stop button', async () => {
    await window().debugToolbar().getByRole('button', { name: /Stop/ }).click();
    await window().debugToolbar().waitFor({ state: 'hidden' });
  });
});
