import type * as vscode from 'vscode';
import { registerAnalysis } from './analysis/registerAnalysis.ts';
import { registerAssistant } from './assistant/registerAssistant.ts';
import { registerDebug } from './debug/registerDebug.ts';
import { registerExample } from './example.ts';
import { registerInstallNode } from './installNode.ts';
import { registerRecordings } from './recordings/registerRecordings.ts';
import { registerSandbox } from './sandbox/registerSandbox.ts';
import { registerTimeline } from './timeline/timelineView.ts';
import { registerVersions } from './versions.ts';

/** Each power of Apex registers itself from its own file; processes start when they are first needed. */
export function activate(context: vscode.ExtensionContext): void {
  registerDebug(context);
  registerAnalysis(context);
  registerAssistant(context);
  registerExample(context);
  registerInstallNode(context);
  registerRecordings(context);
  registerSandbox(context);
  registerTimeline(context);
  registerVersions(context);
}
