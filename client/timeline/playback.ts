import * as vscode from 'vscode';
import { DEBUG_TYPE, PLAYING, timeRequests } from '../../protocol/debug.ts';
import { PACES, type Pace } from '../../protocol/timeline.ts';
import { showError } from '../showError.ts';

interface Message {
  type: string;
  event?: string;
  body?: { speed?: number };
}

/** Time that moves by itself: at which pace, and where it does. */
export class Playback {
  #pace: Pace = { speed: 1, unit: 'time' };
  /** Of sessions in which time moves. */
  readonly #directions = new Map<string, 1 | -1>();
  onChange: () => void = () => {};

  get pace(): Pace {
    return this.#pace;
  }

  set pace(pace: Pace) {
    this.#pace = pace;
    this.onChange();
    // What plays goes on at the new pace.
    const session = vscode.debug.activeDebugSession;
    const direction = session && this.directionOf(session);
    if (session && direction) void this.play(session, direction).catch(showError);
  }

  directionOf(session: vscode.DebugSession): number {
    return this.#directions.get(session.id) ?? 0;
  }

  /** 1 forwards, -1 backwards, 0 stands still. */
  async play(session: vscode.DebugSession, direction: number): Promise<void> {
    const { speed, unit } = this.#pace;
    await session.customRequest(timeRequests.play, { speed: direction * speed, unit });
  }

  told(session: vscode.DebugSession, { type, event, body }: Message): void {
    if (type !== 'event' || event !== PLAYING) return;
    if (body?.speed) this.#directions.set(session.id, body.speed > 0 ? 1 : -1);
    else this.#directions.delete(session.id);
    this.onChange();
  }

  ended(session: vscode.DebugSession): void {
    this.#directions.delete(session.id);
  }
}

export function registerPlayback(context: vscode.ExtensionContext): Playback {
  const playback = new Playback();
  const toggle = (direction: 1 | -1) => async () => {
    const session = vscode.debug.activeDebugSession;
    if (session?.type !== DEBUG_TYPE) return;
    const playing = playback.directionOf(session) === direction;
    await playback.play(session, playing ? 0 : direction).catch(showError);
  };
  context.subscriptions.push(
    vscode.commands.registerCommand('apex.playForward', toggle(1)),
    vscode.commands.registerCommand('apex.playBackward', toggle(-1)),
    vscode.commands.registerCommand('apex.playSpeed', async () => {
      const items = PACES.map(({ text, description, pace }) => ({ label: text, description, pace }));
      const chosen = await vscode.window.showQuickPick(items, { title: 'Speed at which time moves' });
      if (chosen) playback.pace = chosen.pace;
    }),
    vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
      createDebugAdapterTracker: (session) => ({
        onDidSendMessage: (message: Message) => playback.told(session, message),
        onWillStopSession: () => playback.ended(session),
      }),
    }),
  );
  return playback;
}
