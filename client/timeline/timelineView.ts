import * as vscode from 'vscode';
import { DEBUG_TYPE, timeRequests } from '../../protocol/debug.ts';
import { fromTimelineSchema, type TimelinePart, type ToTimeline, timelinePartSchema } from '../../protocol/timeline.ts';
import { showError } from '../showError.ts';

const WAITING = 'The timeline shows a recording once you are in its past: press Pause or Stop, or wait for its end.';

/** The strip with everything that happened in the recording of the active session. It asks the adapter only while seen. */
export class TimelineView implements vscode.WebviewViewProvider {
  readonly #root: vscode.Uri;
  #view: vscode.WebviewView | undefined;
  #session: vscode.DebugSession | undefined;
  /** Counts fills: a later one ends an earlier one. */
  #fill = 0;

  constructor(extensionUri: vscode.Uri) {
    this.#root = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [this.#root] };
    view.webview.html = this.#html(view.webview);
    view.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message));
    view.onDidDispose(() => {
      this.#view = undefined;
    });
  }

  /** A session has stopped at a moment. The first time its events are fetched; then only where time stands. */
  async arrived(session: vscode.DebugSession): Promise<void> {
    const isNew = session !== this.#session;
    this.#session = session;
    if (isNew) await this.#fetchAll();
    else await this.#fetchNow();
  }

  ended(session: vscode.DebugSession): void {
    if (session !== this.#session) return;
    this.#session = undefined;
    this.#fill++;
    this.#send({ type: 'clear', message: WAITING });
  }

  async #receive(raw: unknown): Promise<void> {
    const message = fromTimelineSchema.parse(raw);
    if (message.type === 'ready') await this.#fetchAll();
    else
      await this.#session?.customRequest(timeRequests.goToPoint, { point: message.point }).then(undefined, showError);
  }

  async #fetchAll(): Promise<void> {
    const fill = ++this.#fill;
    const session = this.#session;
    this.#send({ type: 'clear', message: session ? 'Looking through the recording…' : WAITING });
    if (!session || !this.#view) return;
    try {
      for (let from = 0; ; ) {
        const part = await ask(session, from);
        if (fill !== this.#fill) return;
        this.#send({ type: 'part', part });
        from += part.events.length;
        if (from >= part.total || part.events.length === 0) return;
      }
    } catch {
      if (fill === this.#fill) this.#send({ type: 'clear', message: WAITING });
    }
  }

  async #fetchNow(): Promise<void> {
    if (!this.#view || !this.#session) return;
    try {
      this.#send({ type: 'part', part: await ask(this.#session) });
    } catch {
      // Time moved on meanwhile: the next stop tells.
    }
  }

  #send(message: ToTimeline): void {
    void this.#view?.webview.postMessage(message);
  }

  #html(webview: vscode.Webview): string {
    const script = webview.asWebviewUri(vscode.Uri.joinPath(this.#root, 'timeline.js'));
    const policy = `default-src 'none'; script-src ${webview.cspSource}; style-src ${webview.cspSource} 'unsafe-inline';`;
    return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <title>Timeline</title>
  </head>
  <body><script type="module" src="${script}"></script></body>
</html>`;
  }
}

async function ask(session: vscode.DebugSession, from?: number): Promise<TimelinePart> {
  return timelinePartSchema.parse(
    await session.customRequest(timeRequests.timeline, from === undefined ? {} : { from }),
  );
}

/** The timeline in the panel area: shown by a command or the button of the debug toolbar. */
export function registerTimeline(context: vscode.ExtensionContext): void {
  const view = new TimelineView(context.extensionUri);
  context.subscriptions.push(
    vscode.window.registerWebviewViewProvider('apex.timeline', view),
    vscode.commands.registerCommand('apex.showTimeline', () => vscode.commands.executeCommand('apex.timeline.focus')),
    vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
      createDebugAdapterTracker: (session) => ({
        onDidSendMessage(message: { type: string; event?: string }) {
          if (message.type === 'event' && message.event === 'stopped') void view.arrived(session);
        },
        onWillStopSession: () => view.ended(session),
        onExit: () => view.ended(session),
      }),
    }),
  );
}
