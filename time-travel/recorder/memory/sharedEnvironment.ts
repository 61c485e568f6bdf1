/**
 * Variables that threads share (`SHARE_ENV`): what another thread has changed travels in the log as changes of shared memory
 * do, at the same moments.
 */
import { objectKeys } from '../../recording/safeBuiltins.ts';

/** Undefined where no variables are shared. A variable that is gone has null. */
export type EnvironmentChanges = Record<string, string | null>;

let logged: Record<string, string | undefined> | undefined;

/** Both modes: from now on another thread may change them. */
export function shareEnvironment(): void {
  logged ??= { ...process.env };
}

export const environmentIsShared = (): boolean => logged !== undefined;

/** Recording: what differs from when this was last asked; undefined for nothing. */
export function takeEnvironmentChanges(): EnvironmentChanges | undefined {
  if (!logged) return undefined;
  const present = { ...process.env };
  let changes: EnvironmentChanges | undefined;
  const names = objectKeys({ ...logged, ...present });
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (present[name] === logged[name]) continue;
    changes ??= {};
    changes[name] = present[name] ?? null;
  }
  logged = present;
  return changes;
}

/** Replay: brings the variables to where they were. */
export function applyEnvironmentChanges(changes: EnvironmentChanges): void {
  const names = objectKeys(changes);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const value = changes[name];
    if (value === null || value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
