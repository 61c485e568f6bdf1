import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../../protocol/debug.ts';
import { adapterFactory } from './adapterFactory.ts';
import { configurationProvider } from './configurationProvider.ts';
import { registerTestExplorer } from './testExplorer.ts';
import { registerTestLenses } from './testLenses.ts';
import { registerTimeCommands } from './timeCommands.ts';
import { registerTimePosition } from './timePosition.ts';

/** Time travel in the editor: the debug type, its configurations, commands and the sign that one is in the past. */
export function registerDebug(context: vscode.ExtensionContext): void {
  const provider = configurationProvider();
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, adapterFactory()),
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, provider),
    vscode.debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      provider,
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
  );
  registerTimeCommands(context);
  registerTimePosition(context);
  registerTestLenses(context);
  registerTestExplorer(context);
}
