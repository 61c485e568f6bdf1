import * as vscode from 'vscode';
import { toErrorReport } from '../../protocol/errors.ts';
import type { SandboxInfo } from '../../protocol/sandbox.ts';
import type { StateDocument, StateEdit } from '../../protocol/stateDocument.ts';
import { fromPanelSchema, type ToPanel } from '../../protocol/statePanel.ts';
import type { SandboxSession } from './sandboxSession.ts';

/** The webview with the declared state of one sandbox: the one that was run last, or the one that was asked for. */
export class StatePanelView implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #session: SandboxSession;
  readonly #subscriptions: vscode.Disposable[];
  readonly #known = new Set<string>();
  #panel: vscode.WebviewPanel | undefined;
  #sandbox: SandboxInfo | undefined;
  #state: StateDocument | undefined;

  constructor(extensionUri: vscode.Uri, session: SandboxSession) {
    this.#extensionUri = extensionUri;
    this.#session = session;
    this.#subscriptions = [
      session.onChanged((sandbox) => this.#sandboxChanged(sandbox)),
      session.onStateChanged(({ id, state }) => {
        if (id !== this.#sandbox?.id) return;
        this.#state = state;
        this.#post();
      }),
      session.onEnded(({ id, outcome }) => {
        if (id !== this.#sandbox?.id) return;
        this.#sandbox = { ...this.#sandbox, status: 'ended', outcome };
        this.#post();
      }),
    ];
  }

  /** @param id the sandbox to show; without one the last that was run */
  show(id?: string): void {
    if (id !== undefined && id !== this.#sandbox?.id) void this.#choose(id);
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const root = vscode.Uri.joinPath(this.#extensionUri, 'dist', 'webview');
    const options = { enableScripts: true, localResourceRoots: [root], retainContextWhenHidden: false };
    const panel = vscode.window.createWebviewPanel('apex.state', 'Sandbox State', vscode.ViewColumn.Beside, options);
    panel.webview.html = pageHtml(panel.webview, root);
    panel.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message));
    panel.onDidDispose(() => {
      this.#panel = undefined;
      void this.#watch(false);
    });
    this.#panel = panel;
    void this.#watch(true);
  }

  dispose(): void {
    this.#panel?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #choose(id: string): Promise<void> {
    await this.#watch(false);
    const sandbox = (await this.#session.list()).find((known) => known.id === id);
    if (!sandbox) return;
    this.#sandbox = sandbox;
    this.#state = undefined;
    await this.#watch(true);
    this.#post();
  }

  #sandboxChanged(sandbox: SandboxInfo): void {
    const isNew = sandbox.id !== this.#sandbox?.id;
    // A sandbox that has just been started takes the panel; news of another one that runs already does not.
    if (isNew && (sandbox.status === 'ended' || this.#known.has(sandbox.id))) return;
    this.#known.add(sandbox.id);
    this.#sandbox = sandbox;
    if (isNew) {
      this.#state = undefined;
      void this.#watch(true);
    }
    this.#post();
  }

  async #watch(on: boolean): Promise<void> {
    const sandbox = this.#sandbox;
    if (!sandbox || sandbox.status === 'ended' || (on && !this.#panel)) return;
    try {
      await (await this.#session.host()).request('sandbox/watchState', { id: sandbox.id, on });
    } catch {
      // The sandbox ended meanwhile; its end is shown by its own event.
    }
  }

  #post(): void {
    this.#send({ type: 'state', sandbox: this.#sandbox, state: this.#state });
  }

  #send(message: ToPanel): void {
    void this.#panel?.webview.postMessage(message);
  }

  async #receive(raw: unknown): Promise<void> {
    const message = fromPanelSchema.parse(raw);
    if (message.type === 'ready') this.#post();
    else if (message.type === 'edit') await this.#edit(message.edit);
    else if (message.type === 'stop' && this.#sandbox) await this.#session.stop(this.#sandbox.id);
    else if (message.type === 'run') {
      const again = this.#sandbox && vscode.Uri.file(this.#sandbox.file);
      await vscode.commands.executeCommand('apex.runFileInSandbox', again);
    }
  }

  async #edit(edit: StateEdit): Promise<void> {
    const { path } = edit;
    try {
      const host = await this.#session.host();
      await host.request('sandbox/editState', { id: this.#sandbox?.id ?? '', edit });
      this.#send({ type: 'edited', path });
    } catch (error) {
      this.#send({ type: 'edited', path, error: toErrorReport(error).message });
    }
  }
}

function pageHtml(webview: vscode.Webview, root: vscode.Uri): string {
  const script = webview.asWebviewUri(vscode.Uri.joinPath(root, 'state.js'));
  const policy = `default-src 'none'; script-src ${webview.cspSource}; style-src ${webview.cspSource} 'unsafe-inline'; font-src ${webview.cspSource};`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <title>Sandbox State</title>
  </head>
  <body><script type="module" src="${script}"></script></body>
</html>`;
}
