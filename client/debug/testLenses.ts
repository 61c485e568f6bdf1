import * as vscode from 'vscode';
import { type TestToRecord, testConfiguration, testsOf } from './testsToRecord.ts';

const FILES = { pattern: '**/*.{js,mjs,cjs,ts,mts,cts}', scheme: 'file' };

/** "Record test" over each test of a file that Node's own runner, mocha or vitest runs. */
export function registerTestLenses(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.languages.registerCodeLensProvider(FILES, { provideCodeLenses }),
    vscode.commands.registerCommand('apex.recordTest', recordTest),
  );
}

function provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  return testsOf(document.fileName, document.getText()).map(({ line, ...test }) => {
    const command = { command: 'apex.recordTest', title: '$(history) Record test', arguments: [test] };
    return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command);
  });
}

async function recordTest(test: TestToRecord | undefined): Promise<void> {
  if (!test) {
    void vscode.window.showInformationMessage('Press "Record test" above a test.');
    return;
  }
  const configuration = testConfiguration(test);
  if ('problem' in configuration) {
    void vscode.window.showErrorMessage(`${test.file}: ${configuration.problem}`);
    return;
  }
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(vscode.Uri.file(test.file)), configuration);
}
