/**
 * Replay: the recorded side of a divergence has no stack, which would have cost the recorded program too much. But the last
 * call in which both agreed was made from the same place on both sides: a second replay, which knows how far the first came,
 * notes the stacks of the calls before that.
 */
import { state } from '../boundaryState.ts';
import { presentStack } from '../disguise/ownStack.ts';
import { listenToCrossings } from './replayCrossings.ts';

let last: { call: string; stack: string } | undefined;

/** @param from number of log entries behind which stacks are noted */
export function noteAgreed(from: number): void {
  listenToCrossings({
    call(name) {
      if (state.reader.entries >= from) last = { call: name, stack: presentStack() };
    },
    event: () => undefined,
    turn: () => undefined,
  });
}

export const lastAgreed = () => last;
