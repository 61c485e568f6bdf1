import * as vscode from 'vscode';
import type { PermissionAnswer } from '../../protocol/sandbox.ts';
import { plainText } from '../plainText.ts';

interface Question {
  label: string;
  operation: string;
  resource: string;
}

const KEY = 'apex.permissions';
const WORDS: Record<string, string> = {
  'fs.read': 'read',
  'fs.write': 'write',
  'net.request': 'request',
  'env.read': 'read the variable',
  'kv.read': 'read the stored value',
  'kv.write': 'store a value under',
  'module.load': 'load the package',
};

/**
 * Asks what a sandbox in hybrid mode may do. One question at a time; "always" and "never" are remembered for this workspace,
 * everything else only as long as the host lives.
 */
export class PermissionPrompt {
  readonly #memory: vscode.Memento;
  #last: Promise<unknown> = Promise.resolve();

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  ask(question: Question): Promise<PermissionAnswer> {
    const answer = this.#last.then(() => this.#askNow(question));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async forget(): Promise<void> {
    await this.#memory.update(KEY, undefined);
    void vscode.window.showInformationMessage('Sandboxes ask again from the next start of their host.');
  }

  async #askNow({ label, operation, resource }: Question): Promise<PermissionAnswer> {
    const key = JSON.stringify([label, operation, resource]);
    const remembered = this.#memory.get<Record<string, PermissionAnswer>>(KEY, {});
    if (Object.hasOwn(remembered, key)) return remembered[key]!;
    const text = `${plainText(label)} wants to ${WORDS[operation] ?? operation} ${plainText(resource)}`;
    const choice = await vscode.window.showWarningMessage(
      text,
      'Once',
      '15 Minutes',
      'This Session',
      'Always',
      'Never',
    );
    const answer = ANSWERS[choice ?? ''] ?? 'not-now';
    if (answer === 'always' || answer === 'never') await this.#memory.update(KEY, { ...remembered, [key]: answer });
    return answer;
  }
}

const ANSWERS: Record<string, PermissionAnswer> = {
  Once: 'once',
  '15 Minutes': 'quarter-hour',
  'This Session': 'session',
  Always: 'always',
  Never: 'never',
};
