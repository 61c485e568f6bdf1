import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flow } from '../workbench.ts';

const CHILD = "process.on('message', (numbers) => process.send(numbers.reduce((sum, one) => sum + one, 0)));\n";
const PARENT = `const { fork } = require('node:child_process');
const child = fork(__dirname + '/adder.cjs');
child.once('message', (sum) => {
  console.log(sum);
  child.disconnect();
});
child.send([1, 2, 3]);
`;
const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';

test('is right', () => assert.ok(true));
test('adds up', () => {
  const sum = 1 + 1;
  assert.equal(sum, 3);
});
`;

/** What goes wrong at the start of a session, as the editor shows it. */
flow('debugging: trouble, children, tests', {}, (window) => {
  const position = () =>
    window()
      .page.locator('.statusbar-item')
      .filter({ hasText: /· past$/ });
  /** Each session has a stop of its own. */
  const stopAll = async () => {
    const hidden = () =>
      window()
        .debugToolbar()
        .waitFor({ state: 'hidden', timeout: 5000 })
        .then(
          () => true,
          () => false,
        );
    for (let attempt = 0; attempt < 8; attempt++) {
      await window().command('Debug: Stop');
      if (await hidden()) return;
    }
    await window().debugToolbar().waitFor({ state: 'hidden' });
  };
  const write = (path: string, text: string) => writeFileSync(join(window().workspace, path), text);
  const launch = (configuration: object) => {
    mkdirSync(join(window().workspace, '.vscode'), { recursive: true });
    const all = [{ type: 'apex-time-travel', request: 'launch', name: 'trouble', ...configuration }];
    write('.vscode/launch.json', JSON.stringify({ version: '0.2.0', configurations: all }));
  };
  const dialog = () => window().page.locator('.monaco-dialog-box');

  it('a program that is not there is named, with a way to launch.json', async () => {
    // For later: the editor's list of files is made with the first look at it.
    write('sum.test.mjs', TESTS);
    launch({ program: '$' + '{workspaceFolder}/gone.js' });
    await window().openFile('day.ts');
    await window().until(dialog().getByText(/gone\.js does not exist\. Correct "program" in launch\.json/), () =>
      window().command('Debug: Start Debugging'),
    );
    await window().screenshot('debug-not-found');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
  });

  it('a Node that cannot be recorded is named', async () => {
    launch({ program: '$' + '{workspaceFolder}/day.ts', runtimeExecutable: '/bin/ls' });
    await window().until(dialog().getByText(/\/bin\/ls cannot be run as Node/), () =>
      window().command('Debug: Start Debugging'),
    );
    await dialog().getByRole('button', { name: 'Cancel' }).click();
  });

  it('a program that does not parse says so, and that it has no past', async () => {
    write('broken.js', 'let a = ;\n');
    launch({ program: '$' + '{workspaceFolder}/broken.js' });
    await window().command('Debug: Start Debugging');
    await window().notification(/No statement of the program ran/);
    await window().screenshot('debug-no-past');
  });

  it('a child process is a session of its own in the call stack', async () => {
    write('adder.cjs', CHILD);
    write('family.cjs', PARENT);
    launch({ program: '$' + '{workspaceFolder}/family.cjs' });
    await window().command('Debug: Start Debugging');
    await position().waitFor();
    await window().command('View: Show Run and Debug');
    const calls = window().page.locator('.debug-call-stack');
    await calls
      .getByText(/adder\.cjs \[\d+\]/)
      .first()
      .waitFor();
    await window().screenshot('debug-children');
    await stopAll();
  });

  it('the Test Explorer records tests up to the first that fails', async () => {
    await window().openFile('sum.test.mjs');
    await window().command('Testing: Focus on Test Explorer View');
    const explorer = window().page.locator('.test-explorer');
    await explorer.getByText('sum.test.mjs').first().waitFor();
    await window().command('Test: Debug All Tests');
    await position().waitFor();
    const calls = window().page.locator('.debug-call-stack');
    await window().until(calls.getByText('7:3').first(), () => window().command('View: Show Run and Debug'));
    await window().command('Testing: Focus on Test Explorer View');
    await explorer.locator('.codicon-testing-failed-icon').first().waitFor();
    await window().screenshot('debug-tests');
    await stopAll();
  });
});
