import * as vscode from 'vscode';
import type { SandboxInfo } from '../../protocol/sandbox.ts';
import { type LinkNode, linkItem } from './linkNodes.ts';
import { rowText, sandboxItem } from './sandboxItem.ts';
import type { SandboxSession } from './sandboxSession.ts';

const REFRESH_MS = 1000;

/** The view "Sandboxes": what runs, with its use of time and memory, groups and bridges, and what to do about them. */
export function registerSandboxesView(session: SandboxSession): vscode.Disposable {
  const changed = new vscode.EventEmitter<SandboxInfo | undefined>();
  const rows = new SandboxRows(session, (sandbox) => changed.fire(sandbox));
  const view = vscode.window.createTreeView<SandboxInfo | LinkNode>('apex.sandboxes', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (parent) => (parent ? [] : rows.children()),
      getTreeItem: (node) => ('usage' in node ? sandboxItem(node) : linkItem(node)),
    },
  });
  // Usage moves while something runs; an idle view costs nothing.
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    clearTimeout(timer);
    const busy = await rows.refresh();
    clearTimeout(timer);
    if (view.visible && busy) timer = setTimeout(look, REFRESH_MS);
  };
  return vscode.Disposable.from(
    view,
    changed,
    session.onChanged(look),
    session.onEnded(look),
    session.onLinksChanged(() => {
      changed.fire(undefined);
      void look();
    }),
    view.onDidChangeVisibility(look),
    new vscode.Disposable(() => clearTimeout(timer)),
  );
}

/**
 * The sandboxes of the view, each one object for as long as it is there: a row is drawn anew only when what it says has changed,
 * or a hover over it would never stay open.
 */
class SandboxRows {
  readonly #session: SandboxSession;
  readonly #changed: (sandbox: SandboxInfo | undefined) => void;
  readonly #known = new Map<string, { sandbox: SandboxInfo; said: string }>();

  constructor(session: SandboxSession, changed: (sandbox: SandboxInfo | undefined) => void) {
    this.#session = session;
    this.#changed = changed;
  }

  /** Groups and bridges that run, and then every sandbox, the newest first. */
  async children(): Promise<(SandboxInfo | LinkNode)[]> {
    const { groups, bridges } = await this.#session.links();
    await this.#read();
    return [
      ...groups.filter(({ status }) => status !== 'ended'),
      ...bridges.filter(({ status }) => status !== 'closed'),
      ...[...this.#known.values()].map(({ sandbox }) => sandbox).toReversed(),
    ];
  }

  /** Draws anew what says something else than before; gives whether something runs. */
  async refresh(): Promise<boolean> {
    const { others, isOther } = await this.#read();
    if (isOther) this.#changed(undefined);
    else for (const sandbox of others) this.#changed(sandbox);
    return [...this.#known.values()].some(({ sandbox }) => sandbox.status !== 'ended');
  }

  async #read(): Promise<{ others: SandboxInfo[]; isOther: boolean }> {
    const list = await this.#session.list();
    const ids = new Set(list.map(({ id }) => id));
    let isOther = false;
    for (const id of [...this.#known.keys()]) if (!ids.has(id)) isOther = this.#known.delete(id);
    const others: SandboxInfo[] = [];
    for (const sandbox of list) {
      const known = this.#known.get(sandbox.id);
      const said = rowText(sandbox);
      if (!known) {
        this.#known.set(sandbox.id, { sandbox, said });
        isOther = true;
      } else {
        for (const key of Object.keys(known.sandbox)) if (!(key in sandbox)) Reflect.deleteProperty(known.sandbox, key);
        Object.assign(known.sandbox, sandbox);
        if (known.said !== said) others.push(known.sandbox);
        known.said = said;
      }
    }
    return { others, isOther };
  }
}
