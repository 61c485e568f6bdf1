import * as vscode from 'vscode';

interface Step {
  location: vscode.Location;
  note: string;
  position: number;
  last: boolean;
}

/** The way from source to sink as a tree: each step opens its place. `Apex: Show Path` fills it from the cursor. */
export function registerPathView(context: vscode.ExtensionContext): void {
  const changed = new vscode.EventEmitter<void>();
  let steps: Step[] = [];
  const provider: vscode.TreeDataProvider<Step> = {
    onDidChangeTreeData: changed.event,
    getChildren: (parent) => (parent ? [] : steps),
    getParent: () => undefined,
    getTreeItem: toItem,
  };
  const view = vscode.window.createTreeView('apex.path', { treeDataProvider: provider });
  const show = async (uri?: vscode.Uri | string, line?: number, rule?: string): Promise<number> => {
    const finding = findingAt(uri, line, rule);
    if (!finding) {
      void vscode.window.showInformationMessage('There is no finding with a path at the cursor.');
      return 0;
    }
    steps = toSteps(finding);
    view.message = finding.message;
    await vscode.commands.executeCommand('setContext', 'apex.hasPath', steps.length > 0);
    changed.fire();
    if (steps[0]) await view.reveal(steps[0], { focus: true });
    return steps.length;
  };
  context.subscriptions.push(view, changed, vscode.commands.registerCommand('apex.showPath', show));
}

function findingAt(given?: vscode.Uri | string, givenLine?: number, rule?: string): vscode.Diagnostic | undefined {
  const editor = vscode.window.activeTextEditor;
  const uri = typeof given === 'string' ? vscode.Uri.parse(given) : (given ?? editor?.document.uri);
  const line = givenLine ?? editor?.selection.active.line;
  if (!uri || line === undefined) return undefined;
  return vscode.languages
    .getDiagnostics(uri)
    .filter((diagnostic) => diagnostic.source === 'apex' && diagnostic.relatedInformation?.length)
    .filter((diagnostic) => rule === undefined || codeOf(diagnostic) === rule)
    .find(({ range }) => range.start.line <= line && range.end.line >= line);
}

function codeOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

function toSteps(finding: vscode.Diagnostic): Step[] {
  const related = finding.relatedInformation ?? [];
  return related.map(({ location, message }, position) => ({
    location,
    note: message,
    position,
    last: position === related.length - 1,
  }));
}

function toItem(step: Step): vscode.TreeItem {
  const { uri, range } = step.location;
  const item = new vscode.TreeItem(`${step.position + 1}. ${step.note}`);
  item.description = `${vscode.workspace.asRelativePath(uri)}:${range.start.line + 1}`;
  item.iconPath = new vscode.ThemeIcon(step.position === 0 ? 'debug-start' : step.last ? 'error' : 'arrow-down');
  item.command = { command: 'vscode.open', title: 'Open', arguments: [uri, { selection: range, preserveFocus: true }] };
  item.accessibilityInformation = { label: `Step ${step.position + 1}: ${step.note}, line ${range.start.line + 1}` };
  return item;
}
