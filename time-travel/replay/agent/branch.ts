import type { Agent } from './agent.ts';
import type { Difference, Followed } from './jobs.ts';
import { collectOutput } from './output.ts';

/**
 * Follows a program that was changed against the recording, and tells the first difference: something else was printed,
 * or the outside was asked for something that was not recorded. There the process stands still and answers questions,
 * unless it is to go on; behind a question that was not recorded nothing can go on.
 */
export function followBranch(agent: Agent, { expected, uncaught: recordedError, goOn }: Followed): void {
  // It is compared here.
  agent.boundary.acceptOtherOutput();
  let next = 0;
  let differs = false;
  const flush = collectOutput(agent, (output) => {
    const recorded = expected[next++];
    if (differs || (recorded?.fd === output.fd && recorded.text === output.text)) return;
    tell({ kind: 'output', point: output.point, recorded: recorded?.text ?? '', printed: output.text });
    if (!goOn) agent.pauseHere();
  });
  const tell = (difference: Difference) => {
    differs = true;
    flush();
    agent.channel.send({ event: 'differs', difference });
  };
  const { atEnd } = agent;
  agent.atEnd = (exitCode, divergence) => {
    const point = agent.points.now;
    if (!differs && divergence === undefined && next < expected.length) {
      tell({ kind: 'output', point, recorded: expected[next]!.text, printed: '' });
    }
    const uncaught = agent.boundary.uncaughtText();
    // Lines of changed sources have other numbers.
    const compared = agent.edits.size > 0 ? messageOf : messageAndPlace;
    if (!differs && divergence === undefined && compared(uncaught) !== compared(recordedError)) {
      tell({ kind: 'error', point, recorded: messageAndPlace(recordedError), thrown: messageAndPlace(uncaught) });
    }
    if (divergence !== undefined) {
      if (!differs) tell({ kind: 'crossing', point, reason: divergence.step ?? divergence.message });
      flush();
      agent.pauseHere();
    }
    atEnd(exitCode, divergence);
  };
}

const FRAME = '\n    at ';

/** The text of an error without its stack. */
function messageOf(error = ''): string {
  const end = error.indexOf(FRAME);
  return end < 0 ? error : error.slice(0, end);
}

/** With the innermost call of its stack. */
function messageAndPlace(error = ''): string {
  const start = error.indexOf(FRAME);
  const end = start < 0 ? -1 : error.indexOf('\n', start + 1);
  return end < 0 ? error : error.slice(0, end);
}
