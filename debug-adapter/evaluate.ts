import { ApexError } from '../protocol/errors.ts';
import type { PausedProcess } from '../time-travel/replay/engine/pausedProcess.ts';
import type { RemoteObject } from './values.ts';

interface Answer {
  result: RemoteObject;
  exceptionDetails?: { text: string; exception?: RemoteObject };
}

/**
 * Evaluates at a moment of the past. First in a way that V8 refuses when it would change anything; if it would and
 * `effects` are allowed, in a copy of the process, so that the past stays as it was. Natives refuse in both.
 * @throws ApexError `evaluation-failed` with what the expression threw, `side-effect` when it would change something
 */
export async function evaluateAt(
  process: PausedProcess,
  callFrameId: string | undefined,
  expression: string,
  effects: boolean,
): Promise<{ result: RemoteObject; process: PausedProcess }> {
  const pure = await ask(process, callFrameId, expression, true);
  if (!isSideEffect(pure)) return { result: resultOf(pure), process };
  if (!effects) throw new ApexError('side-effect', 'This expression would change the program.');
  const copy = await process.copy();
  if (!copy) throw new ApexError('replay-crashed', 'No process could be made for the expression.');
  try {
    return { result: resultOf(await ask(copy, callFrameId, expression, false)), process: copy };
  } catch (error) {
    copy.close();
    throw error;
  }
}

function ask(process: PausedProcess, callFrameId: string | undefined, expression: string, throwOnSideEffect: boolean) {
  const common = { expression, generatePreview: true, throwOnSideEffect, silent: true, includeCommandLineAPI: false };
  return callFrameId
    ? process.cdp<Answer>('Debugger.evaluateOnCallFrame', { ...common, callFrameId })
    : process.cdp<Answer>('Runtime.evaluate', common);
}

function isSideEffect({ exceptionDetails }: Answer): boolean {
  const { className, description } = exceptionDetails?.exception ?? {};
  return className === 'EvalError' && (description ?? '').includes('Possible side-effect in debug-evaluate');
}

function resultOf({ result, exceptionDetails }: Answer): RemoteObject {
  if (!exceptionDetails) return result;
  const { description, value } = exceptionDetails.exception ?? {};
  throw new ApexError('evaluation-failed', (description ?? String(value ?? exceptionDetails.text)).split('\n')[0]!);
}
