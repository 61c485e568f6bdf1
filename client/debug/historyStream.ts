import * as vscode from 'vscode';
import { HISTORY_PART, timeRequests } from '../../protocol/debug.ts';

/** A moment that wrote a value. */
export interface Write {
  point: string;
  label: string;
  time?: number;
  /** The value after it, where that is known. */
  value?: string;
}

export interface HistoryStream {
  /** Those told before and the rest; `left`: how many more there are. Rejects when the search was stopped. */
  all: Thenable<{ writes: Write[]; left?: number }>;
  /** Ends the search; what was told stays true. */
  stop(): Thenable<unknown>;
}

let number = 0;

/** Asks for all writes of an expression; `part` gets them in order while they are found. */
export function streamHistory(
  session: vscode.DebugSession,
  asked: { expression: string; frameId: number | undefined },
  part: (writes: Write[]) => void,
): HistoryStream {
  const stream = `values-${++number}`;
  const parts = vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session: from, event, body }) => {
    if (from.id === session.id && event === HISTORY_PART && body.stream === stream) part(body.writes);
  });
  const done = () => parts.dispose();
  const all = session.customRequest(timeRequests.history, { ...asked, stream });
  all.then(done, done);
  return { all, stop: () => session.customRequest('cancel', { progressId: stream }) };
}
