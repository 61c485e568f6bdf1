import { ApexError } from '../../../protocol/errors.ts';
import type { Output } from '../agent/jobs.ts';
import type { IndexFacts } from './facts.ts';
import type { PausedProcess } from './pausedProcess.ts';

/** How a program that was changed at a moment went on, against the recorded log. */
export interface WhatIfOutcome {
  /** Rendering of the value that the change evaluated to. */
  value: string;
  /** The first difference, or undefined when everything went as recorded. */
  difference?: WhatIfDifference;
  /** What the changed program printed from the moment on. */
  outputs: Output[];
  /** Where it stopped. */
  point: number;
}

export type WhatIfDifference =
  /** It printed something else; `recorded` is empty where the recording printed nothing more. */
  | { kind: 'output'; point: number; recorded: string; printed: string }
  /** It asked the outside for something that was not recorded, so it cannot be followed further. */
  | { kind: 'crossing'; point: number; reason: string };

/**
 * Changes a copy of a moment and runs it on. The recording and the moment stay as they are.
 * @throws ApexError `evaluation-failed` when the change itself throws
 */
export async function runWhatIf(
  copy: PausedProcess,
  callFrameId: string,
  change: string,
  recorded: IndexFacts,
): Promise<WhatIfOutcome> {
  const outputs: Output[] = [];
  let point = copy.point;
  let reason: string | undefined;
  const { value, error, ended } = await copy.goOn(callFrameId, change, (message) => {
    if (message.event === 'outputs') outputs.push(...message.outputs);
    else if (message.event === 'end') ({ point, divergence: reason } = message);
  });
  if (error !== undefined) throw new ApexError('evaluation-failed', error);
  await ended;
  copy.close();
  const expected = recorded.outputs.filter((output) => output.point >= copy.point);
  const difference = firstDifference(expected, outputs, reason, point);
  return { value, difference, outputs, point };
}

function firstDifference(
  expected: Output[],
  printed: Output[],
  reason: string | undefined,
  end: number,
): WhatIfDifference | undefined {
  const index = printed.findIndex(({ fd, text }, at) => expected[at]?.fd !== fd || expected[at]?.text !== text);
  if (index >= 0) {
    const { point, text } = printed[index]!;
    return { kind: 'output', point, recorded: expected[index]?.text ?? '', printed: text };
  }
  if (reason !== undefined) return { kind: 'crossing', point: end, reason };
  const missing = expected[printed.length];
  return missing && { kind: 'output', point: end, recorded: missing.text, printed: '' };
}
