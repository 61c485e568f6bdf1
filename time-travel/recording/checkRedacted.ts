import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isSecretName, isSecretValue } from '../../protocol/secretForms.ts';
import { readMetadata } from './metadata.ts';
import { processNames } from './processes.ts';
import { type ProcessOutcome, replayProcess } from './replayProcess.ts';

/**
 * Replays a redacted recording in silence.
 * @returns the first process whose replay goes another way than the program went: it depends on a value that was replaced
 */
export async function checkRedacted(
  folder: string,
  nodes: readonly string[],
): Promise<{ process: string; outcome: ProcessOutcome } | undefined> {
  const metadata = readMetadata(folder);
  const silent = openSync(devNull, 'w');
  try {
    for (const name of processNames(folder)) {
      const outcome = await replayProcess({ folder, name, metadata, nodes, output: [silent, silent] });
      if (outcome.kind === 'diverged' || outcome.kind === 'failed') return { process: name, outcome };
    }
    return undefined;
  } finally {
    closeSync(silent);
  }
}

/** Names of the variables whose values `--redact` replaces. */
export const secretVariables = (env: NodeJS.ProcessEnv): string[] =>
  Object.keys(env).filter((name) => isSecretName(name) && isSecretValue(env[name] ?? ''));
