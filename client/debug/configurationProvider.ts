import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../../protocol/debug.ts';
import { shelfSettings } from '../recordings/shelfSettings.ts';

const LANGUAGES = ['javascript', 'typescript', 'javascriptreact', 'typescriptreact'];

/** Fills in what a `launch.json` leaves out; without one, F5 records the open file. */
export function configurationProvider(): vscode.DebugConfigurationProvider {
  return {
    provideDebugConfigurations: () => [openFile()],
    async resolveDebugConfiguration(folder, configuration) {
      if (!vscode.workspace.isTrusted) {
        void vscode.window.showErrorMessage('Apex records programs only in a trusted workspace.');
        return undefined;
      }
      const empty = !configuration.type && !configuration.request && !configuration.name;
      const filled: vscode.DebugConfiguration = empty ? openFile() : { ...configuration };
      filled.request ??= 'launch';
      if (!filled.program && !filled.recording) {
        const document = vscode.window.activeTextEditor?.document;
        if (!document || !LANGUAGES.includes(document.languageId) || document.uri.scheme !== 'file') {
          void vscode.window.showErrorMessage('Open a JavaScript or TypeScript file first: F5 records the open file.');
          return undefined;
        }
        filled.program = document.uri.fsPath;
      }
      filled.cwd ??= folder?.uri.fsPath;
      if (!filled.recording && !filled.recordingFolder) filled.keepIn ??= shelfSettings();
      return filled;
    },
    async resolveDebugConfigurationWithSubstitutedVariables(_folder, configuration) {
      // What is not saved would not be what runs.
      await vscode.workspace.saveAll(false);
      return configuration;
    },
  };
}

function openFile(): vscode.DebugConfiguration {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of launch.json
  return { type: DEBUG_TYPE, request: 'launch', name: 'Record Open File', program: '${file}' };
}
