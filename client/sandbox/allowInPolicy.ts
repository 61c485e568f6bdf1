import * as vscode from 'vscode';
import { ApexError } from '../../protocol/errors.ts';
import type { Refusal } from '../../protocol/sandbox.ts';
import { plainText } from '../plainText.ts';
import { showError } from './runInSandbox.ts';
import { POLICY, type SandboxSession } from './sandboxSession.ts';

/** A program that is refused more than this is told about in the view and the audit log. */
const MOST_OFFERS = 5;

/** When a program was refused something of which no rule speaks, offers the rule that would allow it: each thing once. */
export function registerAllowInPolicy(session: SandboxSession): vscode.Disposable {
  const offered = new Map<string, Set<string>>();
  let last: Promise<unknown> = Promise.resolve();
  return session.onRefused((refusal) => {
    const known = offered.get(refusal.label) ?? new Set();
    offered.set(refusal.label, known);
    const thing = `${refusal.operation} ${refusal.resource}`;
    if (known.has(thing) || known.size >= MOST_OFFERS) return;
    known.add(thing);
    last = last.then(() => offer(session, refusal)).catch(showError);
  });
}

async function offer(session: SandboxSession, { id, label, operation, resource, pattern }: Refusal): Promise<void> {
  const text = plainText(`${label} was refused: ${operation} ${resource}. No rule speaks of it.`);
  if ((await vscode.window.showWarningMessage(text, 'Allow in Policy')) !== 'Allow in Policy') return;
  const file = (await session.list()).find((sandbox) => sandbox.id === id)?.file;
  const folder = file === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri;
  if (!folder) throw new ApexError('no-policy', `${label} is in no folder of this workspace.`, 'Open its folder.');
  await addRule(vscode.Uri.joinPath(folder, POLICY), {
    effect: 'allow',
    operations: [operation],
    resources: [pattern],
  });
}

/** Adds a rule to a policy, which may not be there yet, and shows it: it holds when the file is saved, which it is. */
async function addRule(uri: vscode.Uri, rule: object): Promise<void> {
  const known = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  if (!known) await vscode.workspace.fs.writeFile(uri, Buffer.from('{ "version": 1 }\n'));
  const document = await vscode.workspace.openTextDocument(uri);
  const policy = parsed(document.getText());
  const rules = Array.isArray(policy.rules) ? policy.rules : [];
  const text = `${JSON.stringify({ ...policy, rules: [...rules, rule] }, null, 2)}\n`;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
  await document.save();
  await vscode.window.showTextDocument(document, { preview: false });
}

function parsed(text: string): Record<string, unknown> {
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === 'object' && policy !== null) return policy as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new ApexError('policy-invalid', `${POLICY} is not JSON: nothing was added.`, 'Correct it and run again.');
}
