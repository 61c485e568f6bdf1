import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where recordings are kept unless another place is named: `APEX_RECORDINGS`, else the user's data folder as the
 * platform has it (XDG Base Directory on Linux). The editor, the command line and the MCP server agree on it.
 */
export function recordingsFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.APEX_RECORDINGS) return env.APEX_RECORDINGS;
  return join(dataFolder(env, platform), 'recordings');
}

/** Where Apex keeps what belongs to the user. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  return join(userData(env, platform), 'apex');
}

function userData(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return env.XDG_DATA_HOME || join(homedir(), '.local', 'share');
}
