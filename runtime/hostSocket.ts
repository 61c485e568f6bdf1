import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Where the sandbox host of this user listens: `APEX_HOST_SOCKET`, else the user's runtime folder (XDG), else a folder of his own
 * below the one for temporary files; a named pipe on Windows.
 */
export function hostSocketPath(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.APEX_HOST_SOCKET) return env.APEX_HOST_SOCKET;
  const { username, uid } = userInfo();
  if (platform === 'win32') return `\\\\.\\pipe\\apex-sandbox-host-${username}`;
  return join(env.XDG_RUNTIME_DIR || join(tmpdir(), `apex-${uid}`), 'apex-host.sock');
}
