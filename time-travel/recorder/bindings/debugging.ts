/**
 * The inspector, as far as the program asks for it: a replay opens no port and says what the recorded one said. Sessions are
 * real, the replay's own.
 */
import { startsWith } from '../../recording/safeBuiltins.ts';
import { wrapFunctions } from '../calls/nativeClasses.ts';
import { printedAtStart, printing } from '../output/nativeOutput.ts';
import { beforeLoading } from '../start/builtinLoading.ts';
import { internalBinding } from '../start/natives.ts';

export function installDebugging(): void {
  const { url } = internalBinding('inspector') as { url?(): string | undefined };
  if (!url) return;
  if (isAskedFor()) printedAtStart(isSilent() ? '' : greeting(url()));
  beforeLoading(['inspector', 'inspector/promises'], () => {
    wrapFunctions('inspector', ['open'], () => printing(() => greeting(url())));
    wrapFunctions('inspector', ['url', 'waitForDebugger', 'isEnabled']);
  });
}

/** As `PrintDebuggerReadyMessage` in Node's inspector_socket_server.cc. */
const greeting = (url: string | undefined): string =>
  url ? `Debugger listening on ${url}\nFor help, see: https://nodejs.org/learn/getting-started/debugging\n` : '';

function isAskedFor(): boolean {
  const { execArgv } = process;
  for (let i = 0; i < execArgv.length; i++) if (startsWith(execArgv[i]!, '--inspect')) return true;
  return process.env.NODE_OPTIONS?.includes('--inspect') === true;
}

const isSilent = (): boolean => process.execArgv.some((word) => /^--inspect-publish-uid=(?!.*stderr)/.test(word));
