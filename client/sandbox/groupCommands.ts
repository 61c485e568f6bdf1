import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { ApexError } from '../../protocol/errors.ts';
import { groupSpecSchema } from '../../protocol/sandbox.ts';
import { showError } from './runInSandbox.ts';
import type { SandboxSession } from './sandboxSession.ts';

/** Groups of sandboxes under a supervisor, from the JSON file in front, and the limits of the whole host. */
export function registerGroupCommands(session: SandboxSession): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('apex.startGroup', () => startGroup(session).catch(showError)),
    vscode.commands.registerCommand('apex.stopGroup', (node?: { name?: unknown }) =>
      stopGroup(session, node?.name).catch(showError),
    ),
    vscode.commands.registerCommand('apex.hostLimits', () => hostLimits(session).catch(showError)),
  );
}

async function startGroup(session: SandboxSession): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.uri.scheme !== 'file' || !/^jsonc?$/.test(document.languageId)) {
    const advice = 'Its format is in docs/sandbox.md, "Groups".';
    throw new ApexError('no-group', 'Open the JSON file of a group to start it.', advice);
  }
  const folder = join(document.uri.fsPath, '..');
  let text: unknown;
  try {
    text = JSON.parse(document.getText());
  } catch (error) {
    throw new ApexError('no-group', `This is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  const spec = groupSpecSchema.safeParse(text);
  if (!spec.success) {
    const [issue] = spec.error.issues;
    throw new ApexError('no-group', `This is no group: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const children = spec.data.children.map((child) => ({
    ...child,
    file: isAbsolute(child.file) ? child.file : join(folder, child.file),
  }));
  await (await session.host()).request('group/start', { ...spec.data, children });
  session.refresh();
}

async function stopGroup(session: SandboxSession, named: unknown): Promise<void> {
  const { groups } = await session.links();
  const running = groups.filter(({ status }) => status === 'running').map(({ name }) => name);
  const name = typeof named === 'string' ? named : await vscode.window.showQuickPick(running, { title: 'Stop group' });
  if (!name) return;
  await (await session.host()).request('group/stop', { name });
  session.refresh();
}

async function hostLimits(session: SandboxSession): Promise<void> {
  const host = await session.host();
  const { sandboxes, memoryMb } = await host.request('host/limits', {});
  const items = [
    { label: '$(symbol-number) Sandboxes', description: `at most ${sandboxes}`, key: 'sandboxes', value: sandboxes },
    { label: '$(chip) Memory', description: `at most ${memoryMb} MiB for all`, key: 'memoryMb', value: memoryMb },
  ] as const;
  const chosen = await vscode.window.showQuickPick(items, { title: 'Limits of the sandbox host' });
  if (!chosen) return;
  const answer = await vscode.window.showInputBox({
    title: chosen.label.replace(/^\S+ /, ''),
    value: String(chosen.value),
    prompt: 'A new sandbox beyond it is refused; those that run are left alone.',
    validateInput: (text) => (/^[1-9]\d*$/.test(text) ? undefined : 'A whole number.'),
  });
  if (answer === undefined) return;
  const now = await host.request('host/limits', { [chosen.key]: Number(answer) });
  vscode.window.setStatusBarMessage(`$(shield) ${now.sandboxes} sandboxes, ${now.memoryMb} MiB`, 5000);
}
