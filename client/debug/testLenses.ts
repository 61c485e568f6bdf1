import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../../protocol/debug.ts';
import { commandFor, findTests, runnerOf, type TestRunner } from './findTests.ts';

const FILES = { pattern: '**/*.{js,mjs,cjs,ts,mts,cts}', scheme: 'file' };

interface TestToRecord {
  file: string;
  name: string;
  runner: TestRunner;
}

/** "Record test" over each test of a file that Node's own runner or mocha runs. */
export function registerTestLenses(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.languages.registerCodeLensProvider(FILES, { provideCodeLenses }),
    vscode.commands.registerCommand('apex.recordTest', recordTest),
  );
}

function provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  const text = document.getText();
  const tests = findTests(text);
  const runner = tests.length > 0 ? runnerOf(text, dependenciesOf(document.fileName)) : undefined;
  if (!runner) return [];
  return tests.map(({ line, name }) => {
    const test: TestToRecord = { file: document.fileName, name, runner };
    const command = { command: 'apex.recordTest', title: '$(history) Record test', arguments: [test] };
    return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command);
  });
}

async function recordTest(test: TestToRecord | undefined): Promise<void> {
  if (!test) {
    void vscode.window.showInformationMessage('Press "Record test" above a test.');
    return;
  }
  const { file, name, runner } = test;
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  const mocha = runner === 'mocha' ? findUpwards(dirname(file), 'node_modules/mocha/bin/mocha.js') : undefined;
  if (runner === 'mocha' && !mocha) {
    void vscode.window.showErrorMessage(`mocha is not installed for ${file}. Run npm install first.`);
    return;
  }
  const program = mocha ?? file;
  const cwd = dirname(findUpwards(dirname(file), 'package.json') ?? file);
  await vscode.debug.startDebugging(folder, {
    type: DEBUG_TYPE,
    request: 'launch',
    name: `Record test: ${name}`,
    program,
    cwd,
    ...commandFor(runner, name, file),
  });
}

function dependenciesOf(file: string): string[] {
  const path = findUpwards(dirname(file), 'package.json');
  if (!path) return [];
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(path, 'utf8'));
    return Object.keys({ ...dependencies, ...devDependencies });
  } catch {
    // It is being edited.
    return [];
  }
}

function findUpwards(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, name);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}
