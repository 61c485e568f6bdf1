import * as vscode from 'vscode';
import { findPinnedNode, plainEnvironment } from '../../runtime/findNode.ts';
import { programPath } from '../../runtime/programs.ts';
import { showError } from '../showError.ts';

/** The debug adapter runs as a process of its own under the pinned Node. */
export function adapterFactory(): vscode.DebugAdapterDescriptorFactory {
  return {
    createDebugAdapterDescriptor() {
      try {
        const nodePath = vscode.workspace.getConfiguration('apex').get<string>('nodePath') || undefined;
        const env = Object.entries(plainEnvironment()).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        );
        return new vscode.DebugAdapterExecutable(findPinnedNode(nodePath).path, [programPath('debugAdapter.mjs')], {
          env: Object.fromEntries(env),
        });
      } catch (error) {
        void showError(error);
        throw error;
      }
    },
  };
}
