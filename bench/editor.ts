// What Apex costs the editor: package size, activation, and the time of `npm start` until the editor answers.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { packagedExtension, ROOT } from '../test/editor/extensionUnderTest.ts';
import { Workbench } from '../test/editor/workbench.ts';

const ROUNDS = 5;

const vsix = packagedExtension();
console.log(`package: ${(statSync(vsix).size / 1e6).toFixed(2)} MB`);

const activations: number[] = [];
for (let round = 0; round < ROUNDS; round++) activations.push(await activationMilliseconds());
console.log(`activation: ${summary(activations)} ms`);

const starts: number[] = [];
for (let round = 0; round < ROUNDS; round++) starts.push(await secondsUntilAddress());
console.log(`npm start until the address is printed (everything installed): ${summary(starts)} s`);

/** Loading and activating as VS Code itself accounts for it: "Developer: Show Running Extensions". */
async function activationMilliseconds(): Promise<number> {
  const window = await Workbench.open({ viewport: { width: 1280, height: 2400 } }); // tall: the list shows every extension
  try {
    await window.openFile('day.ts');
    await window.command('Apex: Show Versions');
    await window.notification(/^Apex \d/);
    await window.command('Developer: Show Running Extensions');
    const row = window.page.locator('.runtime-extensions-editor .monaco-list-row').filter({ hasText: 'Apex' }).first();
    const text = await row.innerText();
    return Number(/Activation: (\d+)ms/.exec(text)?.[1]);
  } finally {
    await window.close();
  }
}

function secondsUntilAddress(): Promise<number> {
  const started = performance.now();
  const script = join(ROOT, 'scripts/start.mjs');
  const child = spawn(process.execPath, [script, '--no-open'], { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('npm start ended by itself')));
    child.stdout.on('data', (chunk: Buffer) => {
      if (!chunk.includes('http://127.0.0.1')) return;
      const seconds = (performance.now() - started) / 1000;
      child.removeAllListeners('exit');
      child.once('exit', () => resolve(seconds));
      child.kill('SIGTERM');
    });
  });
}

/** Median with minimum and maximum. */
function summary(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, middle, high] = [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!];
  return `${middle.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)}, ${values.length} runs)`;
}
