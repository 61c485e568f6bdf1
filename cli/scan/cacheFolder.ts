import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where `apex scan` keeps results: the user's cache folder by the platform's convention. */
export function scanCacheFolder(platform = process.platform, env = process.env): string {
  return join(userCache(platform, env), 'apex', 'scan');
}

function userCache(platform: string, env: NodeJS.ProcessEnv): string {
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return env.XDG_CACHE_HOME || join(homedir(), '.cache');
}
