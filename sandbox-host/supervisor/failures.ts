import type { Failure, Limits } from '../../protocol/sandbox.ts';
import type { Breach, GuestError } from '../bridge/messages.ts';

const MORE_TIME = 'Give it more time with --timeout MS, or "limits" in its policy.';

/** Every way in which the host ends a program, in words for the person who ran it. */
export function breachFailure(breach: Breach, limits: Limits, wallMs: number): Failure {
  switch (breach) {
    case 'timeout':
      return limits.wallMs && wallMs >= limits.wallMs
        ? failure('timeout', `The program ran longer than ${limits.wallMs} ms.`, MORE_TIME)
        : failure(
            'timeout',
            `The program held its thread for ${limits.turnMs} ms without a pause.`,
            `Look for a loop that does not end. ${MORE_TIME}`,
          );
    case 'cpu-limit':
      return failure('cpu-limit', `The program used ${limits.cpuMs} ms of CPU time.`, MORE_TIME);
    case 'memory-limit':
      return failure(
        'memory-limit',
        `The program used more than ${limits.memoryMb} MiB.`,
        'Give it more with --memory MB, or "limits" in its policy.',
      );
    case 'output-limit':
      return failure(
        'output-limit',
        `The program printed more than ${limits.outputBytes} bytes.`,
        'Print less, or raise the limit in the policy.',
      );
    case 'call-limit':
      return failure(
        'call-limit',
        `The program had more than ${limits.pendingCalls} calls to the host waiting.`,
        'Await calls before making more.',
      );
  }
}

export function guestFailure(code: Failure['code'], error: GuestError): Failure {
  const message = code === 'uncaught' || code === 'syntax-error' ? `${error.name}: ${error.message}` : error.message;
  return { code, message, ...(error.stack && { stack: error.stack }), ...(ADVICE[code] && { advice: ADVICE[code] }) };
}

const ADVICE: Partial<Record<Failure['code'], string>> = {
  'syntax-error': 'Correct the program and run it again.',
  'module-not-found': 'Check the specifier; the sandbox loads modules from the folder of the program.',
  'module-refused': 'Put the module into the folder of the program, or allow it in the policy.',
};

export function workerLost(reason: string): Failure {
  return failure(
    'worker-lost',
    `The process that ran the program ended (${reason}); the host and other sandboxes go on.`,
    'Run it again; calls in flight and state since the last checkpoint are lost.',
  );
}

export function anomaly(message: string): Failure {
  return failure('anomaly', `The program was ended for what it did: ${message}.`, 'See "anomalies" in the policy.');
}

export function stopped(): Failure {
  return failure('stopped', 'The program was stopped.');
}

function failure(code: Failure['code'], message: string, advice?: string): Failure {
  return { code, message, ...(advice && { advice }) };
}
