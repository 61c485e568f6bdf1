import * as vscode from 'vscode';
import { leftOut } from '../timeline/valueStreams.ts';
import { streamHistory, type Write } from './historyStream.ts';
import { plainLabel } from './plainLabel.ts';

interface Item extends vscode.QuickPickItem {
  point: string;
}

const STOP: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('debug-stop'),
  tooltip: 'Stop Searching, Keep What Was Found',
};

/**
 * Lets the user choose from all writes of an expression. They are listed while they are found; the first can be chosen
 * at once, and the search can be stopped. Gives the point of the choice.
 */
export async function pickFromHistory(
  session: vscode.DebugSession,
  asked: { expression: string; frameId: number | undefined },
): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  const history = `History of ${asked.expression}`;
  let stopped = false;
  let open = true;
  const add = (writes: readonly Write[]) => {
    if (!open || writes.length === 0) return;
    const { activeItems } = pick;
    pick.items = [...pick.items, ...writes.map(itemOf)];
    if (activeItems.length > 0) pick.activeItems = activeItems;
  };
  const soFar = () => `${pick.items.length.toLocaleString('en-US')} ${stopped ? 'found, search stopped' : 'so far…'}`;
  const search = streamHistory(session, asked, (writes) => {
    add(writes);
    pick.title = `${history} (${soFar()})`;
  });
  const stop = () => {
    if (!pick.busy) return;
    stopped = true;
    void search.stop().then(undefined, () => {}); // The session has just ended.
  };
  pick.title = `${history} (searching…)`;
  pick.placeholder = 'Choose a value to travel to the moment that wrote it';
  pick.matchOnDescription = true;
  pick.keepScrollPosition = true;
  pick.busy = true;
  pick.buttons = [STOP];
  pick.onDidTriggerButton(stop);
  const chosen = new Promise<string | undefined>((resolve) => {
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item) resolve(item.point);
    });
    pick.onDidHide(() => resolve(undefined));
  });
  const found = search.all.then(
    ({ writes, left }) => {
      add(writes.slice(pick.items.length));
      pick.title = left ? `${history} (${leftOut(writes.length, left)})` : history;
    },
    (error) => {
      if (!stopped) throw error;
      pick.title = `${history} (${soFar()})`;
    },
  );
  try {
    pick.show();
    const over = found.then(() => {
      pick.busy = false;
      pick.buttons = [];
      if (pick.items.length > 0) return chosen;
      const none = stopped ? 'Nothing was found yet' : `Nothing in the recorded program writes ${asked.expression}`;
      void vscode.window.showInformationMessage(`${none}.`);
      return undefined;
    });
    return await Promise.race([chosen, over]);
  } finally {
    // Who has chosen, or thought better of it, does not wait for the rest.
    stop();
    open = false;
    pick.dispose();
  }
}

function itemOf({ point, label, value }: Write): Item {
  return { label: plainLabel(value ?? '(not known)'), description: label, point };
}
