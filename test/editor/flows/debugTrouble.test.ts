import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { launchPath, MAIN_PROCESS } from '../../../time-travel/recording/layout.ts';
import { sealJson } from '../../../time-travel/recording/sealedJson.ts';
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
const PORT = `const { createServer } = require('node:net');
const first = createServer().listen(0, '127.0.0.1', () => {
  const { port } = first.address();
  require('node:http').createServer().listen(port, '127.0.0.1');
});
`;
const UNUSED = `function unused() {
  return 1;
}
console.log(2);
//# sourceMappingURL=unused.cjs.map
`;
const ENDLESS = `console.log('begun');
let n = 0;
for (;;) {
  n += 1;
}
`;
const ASK = `const { createInterface } = require('node:readline');
const lines = createInterface({ input: process.stdin, output: process.stdout });
lines.question('Who pays? ', (name) => {
  const greeting = 'Hello ' + name;
  console.log(greeting);
  lines.close();
});
`;
const ORDERS = `import { createServer } from 'node:http';

async function answer(request, response) {
  const price = await priceOf(request.url);
  response.end(String(price));
}

async function priceOf(name) {
  const { length } = await Promise.resolve(name);
  return length * 100;
}

const server = createServer((request, response) => {
  answer(request, response);
});
server.listen(0, '127.0.0.1', async () => {
  await (await fetch('http://127.0.0.1:' + server.address().port + '/tea')).text();
  server.close();
});
`;
const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';

test('is right', () => assert.ok(true));
test('adds up', () => {
  const sum = 1 + 1;
  assert.equal(sum, 3);
});
`;

/** A terminal is drawn as text instead of on a canvas: its text can be waited for. */
const settings = { 'terminal.integrated.gpuAcceleration': 'off' };

/** What goes wrong at the start of a session, as the editor shows it. */
flow('debugging: trouble, children, tests', { settings }, (window) => {
  const position = () =>
    window()
      .page.locator('.statusbar-item')
      .filter({ hasText: /· past$/ });
  /** Each session has a stop of its own. */
  const stopAll = async () => {
    const hidden = () =>
      window()
        .debugToolbar()
        .waitFor({ state: 'hidden', timeout: 15_000 })
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
    write('unused.cjs', UNUSED);
    write('orders.mjs', ORDERS);
    write('ask.cjs', ASK);
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

  const consoleView = () => window().page.locator('.repl');
  const startAndLook = async (configuration: object) => {
    launch(configuration);
    await window().command('Debug: Start Debugging');
    await position().waitFor();
    await window().command('View: Show Run and Debug');
  };

  it('a port that is in use is an error of the program, at the call that listens', async () => {
    write('port.cjs', PORT);
    launch({ program: '$' + '{workspaceFolder}/port.cjs' });
    await window().command('Debug: Start Debugging');
    await position().waitFor();
    // Before anything else: a command is chosen with the keyboard, and Escape closes what tells of the exception.
    const told = window().page.locator('.exception-widget');
    await told
      .getByText(/Exception has occurred/)
      .first()
      .waitFor();
    await told
      .getByText(/listen EADDRINUSE: address already in use 127\.0\.0\.1/)
      .first()
      .waitFor();
    await window().command('View: Show Run and Debug');
    await window().screenshot('debug-port');
    await stopAll();
  });

  it('a breakpoint that never held says why, a source map that cannot be used is named', async () => {
    write('unused.cjs.map', '{ no map');
    await window().openFile('unused.cjs');
    await window().goToLine(2);
    await window().page.keyboard.press('F9');
    await startAndLook({ program: '$' + '{workspaceFolder}/unused.cjs' });
    await window().command('Debug Console: Focus on Debug Console View');
    await consoleView()
      .getByText(/The source map of .*unused\.cjs cannot be used .*the file is shown as it ran/)
      .first()
      .waitFor();
    const glyph = window().page.locator('.codicon-debug-breakpoint-unverified').first();
    await window().until(
      window().page.locator('.monaco-hover').getByText('This line never ran in the recording.'),
      () => glyph.hover({ force: true }),
    );
    await window().screenshot('debug-never-ran');
    await stopAll();
  });

  it('a program that never ends is ended by Stop, and says how far its past goes', async () => {
    write('endless.cjs', ENDLESS);
    launch({ program: '$' + '{workspaceFolder}/endless.cjs' });
    await window().command('Debug: Start Debugging');
    await consoleView().getByText('begun').first().waitFor();
    await window().debugToolbar().getByRole('button', { name: /Stop/ }).click();
    await position().waitFor();
    await consoleView()
      .getByText(/endless\.cjs ended by SIG(TERM|KILL)\. Its past ends where it last met the outside/)
      .first()
      .waitFor();
    await window().screenshot('debug-endless');
    await stopAll();
  });

  it('a recording of a Node that is not here names it', async () => {
    const [recording] = readdirSync(window().recordings).map((name) => join(window().recordings, name));
    const foreign = join(window().workspace, 'foreign');
    cpSync(recording!, foreign, { recursive: true });
    const path = launchPath(foreign, MAIN_PROCESS);
    const { checksum: _, ...values } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const elsewhere = { ...values, version: 'v24.0.9', execPath: '/elsewhere/bin/node' };
    writeFileSync(
      path,
      sealJson(elsewhere, (text) => crc32(text)),
    );
    launch({ recording: '$' + '{workspaceFolder}/foreign' });
    await window().command('Debug: Start Debugging');
    await window().notification(/v?24\.0\.9/);
    await window().screenshot('debug-foreign');
    await window().debugToolbar().waitFor({ state: 'hidden' });
  });

  it('below a callback stands what registered it, and a command goes there', async () => {
    await window().openFile('orders.mjs');
    await window().goToLine(10);
    await window().page.keyboard.press('F9');
    await startAndLook({ program: '$' + '{workspaceFolder}/orders.mjs' });
    const calls = window().page.locator('.debug-call-stack');
    for (const text of ['priceOf', 'await', 'answer', 'http request']) await calls.getByText(text).first().waitFor();
    await window().page.mouse.move(0, 0);
    await window().screenshot('async-stack');
    await window().command('Apex: Go to Where This Was Registered');
    await calls.getByText('9:3').first().waitFor();
    await stopAll();
  });

  it('a program in the terminal reads what is typed, and goes on in its past', async () => {
    await window().openFile('ask.cjs');
    await window().goToLine(5);
    await window().page.keyboard.press('F9');
    launch({ program: '$' + '{workspaceFolder}/ask.cjs', console: 'integratedTerminal', onBreakpoint: 'later' });
    await window().command('Debug: Start Debugging');
    const terminal = window().page.locator('.terminal.xterm').filter({ hasText: 'Who pays?' });
    await terminal.click();
    await window().page.keyboard.type('Ada');
    await window().page.keyboard.press('Enter');
    await position().waitFor();
    await window().command('View: Show Run and Debug');
    await window().page.locator('.debug-call-stack').getByText('5:3').first().waitFor();
    await window().page.locator('.terminal.xterm').filter({ hasText: 'Hello Ada' }).waitFor();
    await window().screenshot('debug-terminal');
    await stopAll();
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
