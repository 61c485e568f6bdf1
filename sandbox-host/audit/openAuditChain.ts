import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { isRunning } from '../../runtime/isRunning.ts';
import { AuditLog } from './auditLog.ts';

/** Where audit logs are kept: `APEX_AUDIT_LOG`, else the user's state folder. */
export function auditHome(): string {
  if (process.env.APEX_AUDIT_LOG) return process.env.APEX_AUDIT_LOG;
  const state =
    process.platform === 'win32'
      ? (process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : (process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'));
  return join(state, 'apex', 'audit');
}

/** How much of each chain is kept, in bytes: `APEX_AUDIT_KEEP_MB`; undefined where it says nothing. */
function keepBytes(): number | undefined {
  const megabytes = Number(process.env.APEX_AUDIT_KEEP_MB);
  return megabytes > 0 ? megabytes * 2 ** 20 : undefined;
}

/** The chains in `home`, each a folder: hosts that run at the same time write one each. */
export function auditChains(home: string): string[] {
  if (!existsSync(home)) return [];
  return readdirSync(home)
    .filter((name) => /^chain-\d+$/.test(name))
    .sort((a, b) => Number(a.slice(6)) - Number(b.slice(6)))
    .map((name) => join(home, name));
}

/** Continues the first chain that no living host holds and nobody has changed at its end. @throws when the folder cannot be written */
export function openAuditChain(home = auditHome()): { log: AuditLog; close(): void } {
  for (let number = 1; ; number++) {
    const folder = join(home, `chain-${number}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = join(folder, 'lock');
    if (!takeLock(lock)) continue;
    const log = openLog(folder);
    if (!log) {
      rmSync(lock, { force: true });
      continue;
    }
    return {
      log,
      close: () => {
        log.close();
        rmSync(lock, { force: true });
      },
    };
  }
}

/** A log whose end was changed stays as it is, for whoever looks into it: it is not continued. */
function openLog(folder: string): AuditLog | undefined {
  try {
    const keep = keepBytes();
    return new AuditLog(folder, keep === undefined ? {} : { keepBytes: keep });
  } catch (error) {
    if (error instanceof ApexError && error.code === 'audit-damaged') return undefined;
    throw error;
  }
}

function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (isRunning(Number(readFileSync(lock, 'utf8')))) return false;
  rmSync(lock, { force: true });
  return takeLock(lock);
}
