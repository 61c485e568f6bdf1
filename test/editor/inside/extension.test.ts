import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const extension = () => vscode.extensions.getExtension('apex-platform.apex');

describe('the extension', () => {
  it('is installed', () => {
    assert.ok(extension());
  });

  it('activates', async () => {
    await extension()?.activate();
    assert.equal(extension()?.isActive, true);
  });

  it('contributes every command that it registers', async () => {
    await extension()?.activate();
    const declared = new Set(
      extension()?.packageJSON.contributes.commands.map((entry: { command: string }) => entry.command),
    );
    const registered = (await vscode.commands.getCommands(true)).filter(
      (id) => id.startsWith('apex.') && !/\.(focus|resetViewLocation|toggleVisibility|removeView|open)$/.test(id),
    );
    assert.deepEqual(
      registered.filter((id) => !declared.has(id)),
      [],
    );
  });
});
