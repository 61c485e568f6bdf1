import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canConfine } from '../../../sandbox-host/osSandbox/confinedProgram.ts';
import { flow } from '../workbench.ts';

const PROGRAM = `const cart = { total: 0 };
function add(price) {
  cart.total += price;
  if (cart.total > 50) throw new RangeError('too much');
}
for (const price of [20, 25, 30]) add(price);
`;

flow('sandbox recording', {}, (window) => {
  before(function () {
    // Where there is no OS sandbox, as in a container without namespaces, the command says so.
    if (!canConfine()) this.skip();
  });
  const callStack = () => window().page.locator('.debug-call-stack');

  it('records a run in a sandbox and opens it where the error was thrown', async () => {
    writeFileSync(join(window().workspace, 'plugin.js'), PROGRAM);
    await window().openFile('plugin.js');
    await window().command('Apex: Record File in Sandbox');
    await window().debugToolbar().waitFor();
    await window()
      .page.locator('.statusbar-item')
      .filter({ hasText: /· past$/ })
      .waitFor();
    // Before anything else: a command is chosen with the keyboard, and Escape closes what tells of the exception.
    await window().page.getByText('Exception has occurred: RangeError').first().waitFor();
    await window().command('View: Show Run and Debug');
    await callStack().getByText('add').first().waitFor();
  });

  it('steps back in it', async () => {
    await window()
      .debugToolbar()
      .getByRole('button', { name: /Step Back/ })
      .click();
    await callStack().getByText(/4:3/).first().waitFor();
    await window().screenshot('sandbox-recording');
    await window().debugToolbar().getByRole('button', { name: /Stop/ }).click();
  });
});
