/** Environment variables and Node's options: replay sees those of the recorded process, whatever its own are. */
import { objectKeys } from '../recording/safeBuiltins.ts';
import { recording } from './boundaryState.ts';
import { exchangeFact } from './facts.ts';

export function installEnvironment(): void {
  const recorded = exchangeFact({ ...process.env }) as Record<string, string>;
  // Replay leaves out what Node itself would act on.
  const options = exchangeFact(process.execArgv) as string[];
  if (recording()) return;
  process.execArgv = options;
  for (const name of objectKeys(process.env)) if (recorded[name] === undefined) delete process.env[name];
  for (const name of objectKeys(recorded)) {
    if (process.env[name] !== recorded[name]) process.env[name] = recorded[name];
  }
}
