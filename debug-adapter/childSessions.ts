import { DEBUG_TYPE } from '../protocol/debug.ts';
import { childrenOf } from './childProcesses.ts';
import type { DapConnection } from './dapConnection.ts';

/** More sessions than this at once would bury the first one. */
const MOST_CHILDREN = 8;

/**
 * Has the client begin a session for each process that `parent` (default: the program itself) started: each is in its
 * own past. Those that it cannot begin are named in the console. `parentFailed`: the parent did not end well.
 */
export function openChildSessions(
  client: DapConnection,
  {
    folder,
    parent,
    canOpen,
    parentFailed,
  }: { folder: string; parent: string | undefined; canOpen: boolean; parentFailed: boolean },
): void {
  const children = childrenOf(folder, parent);
  const opened = canOpen ? children.slice(0, MOST_CHILDREN) : [];
  for (const { process, title } of opened) {
    const shown = { type: DEBUG_TYPE, name: title, recording: folder, process, background: true };
    const configuration = { ...shown, ...(parentFailed && { parentFailed }) };
    client.request('startDebugging', { request: 'launch', configuration });
  }
  const others = children.slice(opened.length);
  if (!others.length) return;
  const list = others.map(({ process, title }) => `  "process": "${process}"  ${title}`).join('\n');
  const output = `Other processes and threads of this recording, for a session of their own ("recording": "${folder}"):\n${list}\n`;
  client.event('output', { category: 'console', output });
}
