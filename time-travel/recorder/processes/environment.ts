/** Environment variables and Node's options: replay sees those of the recorded process, whatever its own are. */
import { hasOwn, objectKeys, regExpExec, startsWith, stringSplit } from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { exchangeFact } from '../start/facts.ts';
import { nodeRequire } from '../start/natives.ts';

export function installEnvironment(): void {
  const recorded = exchangeFact({ ...process.env }) as Record<string, string>;
  // Replay leaves out what Node itself would act on.
  const options = exchangeFact(process.execArgv) as string[];
  if (options.length > 0 || OPTION_VARIABLES.some((name) => hasOwn(recorded, name))) {
    exchangeOptions([...options, ...stringSplit(recorded.NODE_OPTIONS ?? '', ' ')]);
  }
  if (recording()) return;
  process.execArgv = options;
  for (const name of objectKeys(process.env)) if (recorded[name] === undefined) delete process.env[name];
  for (const name of objectKeys(recorded)) {
    if (process.env[name] !== recorded[name]) process.env[name] = recorded[name];
  }
}

const OPTION_VARIABLES = ['NODE_OPTIONS', 'NODE_USE_SYSTEM_CA', 'NODE_PENDING_DEPRECATION'];
/** Options that variables of the environment set. */
const SET_BY_VARIABLES = ['--use-system-ca', '--pending-deprecation'];

interface OptionsLibrary {
  getOptionValue(name: string): unknown;
}

/** Node's library asks for the values of options when it needs them: those of options that replay leaves out, too. */
function exchangeOptions(words: readonly string[]): void {
  const library = nodeRequire<OptionsLibrary>('internal/options');
  const { getOptionValue } = library;
  const present: Record<string, unknown> = {};
  for (const name of optionNames(words)) {
    const value = getOptionValue(name);
    if (value !== undefined) present[name] = value;
  }
  const recorded = exchangeFact(present) as Record<string, unknown>;
  if (recording()) return;
  library.getOptionValue = (name) => (hasOwn(recorded, name) ? recorded[name] : getOptionValue(name));
}

function optionNames(words: readonly string[]): string[] {
  const names = [...SET_BY_VARIABLES];
  for (const word of words) {
    const match = startsWith(word, '--') ? regExpExec(/^--(no-)?([^=]+)/, word) : null;
    if (match) names.push(`--${match[2]!.replaceAll('_', '-')}`);
  }
  return names;
}
