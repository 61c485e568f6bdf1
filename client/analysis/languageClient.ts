import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { programPath } from '../../runtime/programs.ts';

const languages = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'html', 'vue', 'svelte'];

/** Starts the language server in a process of its own; it starts anew when it dies, and ends with the editor. */
export function startLanguageClient(context: vscode.ExtensionContext): LanguageClient {
  const module = programPath('server.mjs');
  const memory = ['--max-old-space-size=1024'];
  const client = new LanguageClient(
    'apex',
    'Apex Security Analysis',
    {
      run: { module, transport: TransportKind.ipc, options: { execArgv: memory } },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: [...memory, '--enable-source-maps'] } },
    },
    {
      documentSelector: [
        ...languages.flatMap((language) => [
          { language, scheme: 'file' },
          { language, scheme: 'untitled' },
        ]),
        // Editors know some of these as HTML, or not at all.
        { pattern: '**/*.{ejs,hbs,handlebars,mustache,pug,jade}', scheme: 'file' },
        { pattern: '**/apex.models.yaml', scheme: 'file' },
      ],
      initializationOptions: {
        ...vscode.workspace.getConfiguration('apex.analysis'),
        pathView: true,
        workspaceDiagnostics: vscode.workspace.getConfiguration('apex.analysis').get('workspaceDiagnostics', false),
      },
      diagnosticPullOptions: { onChange: true, onTabs: false },
    },
  );
  context.subscriptions.push(client);
  void client.start();
  return client;
}
