import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { KeptRecording } from '../../protocol/recordings.ts';
import { openRecording } from './openRecording.ts';
import { listRecordings } from './recordingProgram.ts';
import { recordingLabel, recordingLine } from './recordingText.ts';

const VIEW = 'apex.recording';

/** Double click on a recording's `recording.json`: what it is, and a button to travel in it. */
export function registerRecordingEditor(): vscode.Disposable {
  return vscode.window.registerCustomEditorProvider(VIEW, {
    openCustomDocument: (uri: vscode.Uri) => ({ uri, dispose: () => {} }),
    async resolveCustomEditor({ uri }, panel) {
      const path = dirname(uri.fsPath);
      const recording = (await listRecordings(dirname(path))).find((candidate) => candidate.path === path);
      if (!recording?.metadata) {
        // A file of the same name that is none of ours.
        panel.dispose();
        await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
        return;
      }
      panel.webview.options = { enableScripts: true };
      panel.webview.html = pageHtml(recording);
      panel.webview.onDidReceiveMessage((message: unknown) => {
        if (message === 'travel') void openRecording(path, recordingLabel(recording));
        if (message === 'text') void vscode.commands.executeCommand('vscode.openWith', uri, 'default');
      });
    },
  } satisfies vscode.CustomReadonlyEditorProvider);
}

function pageHtml(recording: KeptRecording): string {
  const { command, cwd, node } = recording.metadata!;
  const nonce = crypto.randomUUID();
  const facts = [
    recordingLine(recording),
    `node ${command.join(' ')}`,
    cwd,
    `Node ${node}`,
    recording.notes.note ?? '',
  ];
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'">
    <title>Recording</title>
    <style>
      body { max-width: 640px; padding: 16px 24px; }
      h1 { font-size: 1.4em; font-weight: 600; }
      p { color: var(--vscode-descriptionForeground); margin: 4px 0; overflow-wrap: anywhere; }
      button { margin: 16px 8px 0 0; padding: 6px 14px; font: inherit; cursor: pointer; border: 1px solid var(--vscode-button-border, transparent);
        color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
      button:hover { background: var(--vscode-button-hoverBackground); }
      button.other { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
      button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
    </style>
  </head>
  <body>
    <h1>${escapeHtml(recordingLabel(recording))}</h1>
    ${facts
      .filter(Boolean)
      .map((fact) => `<p>${escapeHtml(fact)}</p>`)
      .join('\n    ')}
    <button data-message="travel">Travel in It</button><button class="other" data-message="text">Show as Text</button>
    <script nonce="${nonce}">
      const host = acquireVsCodeApi();
      for (const button of document.querySelectorAll('button')) {
        button.addEventListener('click', () => host.postMessage(button.dataset.message));
      }
      document.querySelector('button').focus();
    </script>
  </body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
