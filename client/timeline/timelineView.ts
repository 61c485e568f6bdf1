import * as vscode from 'vscode';
import { callTreeSchema, profileSchema } from '../../protocol/costs.ts';
import { DEBUG_TYPE, timeRequests } from '../../protocol/debug.ts';
import {
  type Costs,
  fromTimelineSchema,
  type TimelinePart,
  type ToTimeline,
  timelinePartSchema,
  type ValueTrack,
} from '../../protocol/timeline.ts';
import { askExpression, expressionOf, frameId } from '../debug/expressionAtCursor.ts';
import { showError } from '../showError.ts';
import { type Focus, registerFocus } from './focus.ts';
import { HeldKeyboard } from './heldKeyboard.ts';
import { type Playback, registerPlayback } from './playback.ts';
import { ValueStreams } from './valueStreams.ts';

const WAITING = 'The timeline shows a recording once you are in its past: press Pause or Stop, or wait for its end.';

/** The strip with everything that happened in the recording of the active session. It asks the adapter only while seen. */
export class TimelineView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #root: vscode.Uri;
  #view: vscode.WebviewView | undefined;
  #session: vscode.DebugSession | undefined;
  /** Ids of sessions that stand at a moment. */
  readonly #stopped = new Set<string>();
  /** A panel that is opened anew shows them again. */
  #tracks: ValueTrack[] = [];
  /** Counts fills: a later one ends an earlier one. */
  #fill = 0;
  /** Asked for while the panel was still opening. */
  #wanted: Costs | undefined;
  readonly #streams = new ValueStreams();
  readonly #playback: Playback;
  readonly #keyboard = new HeldKeyboard();
  #focus: Focus | undefined;

  constructor(extensionUri: vscode.Uri, playback: Playback) {
    this.#playback = playback;
    playback.onChange = () => this.#sendPlaying();
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

  set focus(focus: Focus) {
    this.#focus = focus;
  }

  /** What questions keep to has changed. */
  refresh(): void {
    void this.#fetchNow();
  }

  /**
   * A session has stopped at a moment. The first time its events are fetched; then only where time stands. A child
   * process that stops beside the session that is looked at waits until it is chosen.
   */
  async arrived(session: vscode.DebugSession): Promise<void> {
    this.#stopped.add(session.id);
    const active = vscode.debug.activeDebugSession;
    if (active && active.id !== session.id && this.#stopped.has(active.id)) return;
    const isNew = session !== this.#session;
    this.#session = session;
    if (isNew) {
      this.#tracks = [];
      await this.#fetchAll();
    } else await this.#fetchNow();
  }

  asked(request: string): void {
    this.#keyboard.asked(request);
  }

  /** Another session is looked at. */
  async chosen(session: vscode.DebugSession | undefined): Promise<void> {
    if (session && session !== this.#session && this.#stopped.has(session.id)) await this.arrived(session);
  }

  /** Every value that an expression had, as a track below the lanes. */
  async showValues(session: vscode.DebugSession, name: string, frameId: number | undefined): Promise<void> {
    await vscode.commands.executeCommand('apex.timeline.focus');
    try {
      await this.#streams.find(session, { name, frameId }, (track) => {
        if (session !== this.#session) return;
        const index = this.#tracks.findIndex((one) => one.name === name);
        if (index < 0) this.#tracks.push(track);
        else this.#tracks[index] = track;
        this.#send({ type: 'values', track });
      });
    } catch (error) {
      this.#tracks = this.#tracks.filter((one) => one.name !== name);
      this.#send({ type: 'noValues', name });
      throw error;
    }
  }

  /** Time per function or the tree of calls, in the part that is focused on. */
  async showCosts(costs: Costs): Promise<void> {
    await vscode.commands.executeCommand('apex.timeline.focus');
    this.#wanted = costs;
    this.#send({ type: 'show', costs });
  }

  async #sendCosts(session: vscode.DebugSession, costs: Costs): Promise<void> {
    this.#wanted = undefined;
    try {
      if (costs === 'functions') {
        const profile = profileSchema.parse(await session.customRequest(timeRequests.profile, {}));
        this.#send({ type: 'profile', profile });
      } else {
        const tree = callTreeSchema.parse(await session.customRequest(timeRequests.callTree, {}));
        this.#send({ type: 'calls', tree });
      }
    } catch (error) {
      this.#send({ type: 'noCosts', message: error instanceof Error ? error.message : String(error) });
    }
  }

  ended(session: vscode.DebugSession): void {
    this.#stopped.delete(session.id);
    if (session !== this.#session) return;
    this.#keyboard.begins(false);
    this.#session = undefined;
    this.#fill++;
    this.#send({ type: 'clear', message: WAITING });
  }

  async #receive(raw: unknown): Promise<void> {
    const message = fromTimelineSchema.parse(raw);
    const session = this.#session;
    switch (message.type) {
      case 'ready':
        return this.#fetchAll();
      case 'untrack':
        this.#tracks = this.#tracks.filter(({ name }) => name !== message.name);
        return;
      case 'stopFinding':
        await this.#streams.stop(message.name).then(undefined, showError);
        return;
      case 'keyboard':
        return this.#keyboard.moved(message.isHere);
      case 'travel':
        this.#keyboard.begins(message.byKey === true);
        await session?.customRequest(timeRequests.goToPoint, { point: message.point }).then(undefined, showError);
        return;
      case 'costs':
        if (session) await this.#sendCosts(session, message.costs);
        return;
      case 'focus':
        if (session) await this.#focus?.set(session, message.part).catch(showError);
        return this.#fetchNow();
      case 'pace':
        this.#playback.pace = message.pace;
        return;
      case 'play':
        this.#keyboard.begins(message.byKey === true);
        if (session) await this.#playback.play(session, message.direction).catch(showError);
    }
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
        if (from < part.total && part.events.length > 0) continue;
        for (const track of this.#tracks) this.#send({ type: 'values', track });
        if (this.#wanted) this.#send({ type: 'show', costs: this.#wanted });
        this.#sendPlaying();
        return;
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

  #sendPlaying(): void {
    const { pace } = this.#playback;
    this.#send({ type: 'playing', direction: this.#session ? this.#playback.directionOf(this.#session) : 0, pace });
  }

  dispose(): void {
    this.#keyboard.dispose();
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
  const playback = registerPlayback(context);
  const view = new TimelineView(context.extensionUri, playback);
  view.focus = registerFocus(context, () => view.refresh());
  context.subscriptions.push(
    view,
    vscode.window.registerWebviewViewProvider('apex.timeline', view),
    vscode.commands.registerCommand('apex.showTimeline', () => vscode.commands.executeCommand('apex.timeline.focus')),
    vscode.commands.registerCommand('apex.valuesInTimeline', async (argument: unknown) => {
      const session = vscode.debug.activeDebugSession;
      const name = expressionOf(argument) ?? (await askExpression('Values in the timeline'));
      if (session?.type !== DEBUG_TYPE || !name) return;
      await view.showValues(session, name, frameId()).catch(showError);
    }),
    vscode.commands.registerCommand('apex.callTree', () => view.showCosts('calls')),
    vscode.commands.registerCommand('apex.profile', () => view.showCosts('functions')),
    vscode.debug.onDidChangeActiveDebugSession((session) => view.chosen(session)),
    vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
      createDebugAdapterTracker: (session) => ({
        onWillReceiveMessage({ type, command }: { type: string; command?: string }) {
          if (type === 'request' && command) view.asked(command);
        },
        onDidSendMessage(message: { type: string; event?: string }) {
          if (message.type === 'event' && message.event === 'stopped') void view.arrived(session);
        },
        onWillStopSession: () => view.ended(session),
        onExit: () => view.ended(session),
      }),
    }),
  );
}
