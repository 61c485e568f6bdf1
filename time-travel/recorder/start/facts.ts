/** Values that both modes must start from: written while recording, read in the same order in replay. */
import { Entry, KIND_MASK } from '../../recording/entryKinds.ts';
import { recording, state } from '../boundaryState.ts';
import { afterCrossing } from '../log/flushing.ts';
import { describeNext, diverge } from '../replaying/divergence.ts';
import { refuseCrossing, standingStill } from '../replaying/questions.ts';

/** Gives `value` while recording and what was recorded in its place in replay. */
export function exchangeFact(value: unknown): unknown {
  if (recording()) {
    state.writer.entry(Entry.fact);
    state.writer.encoder.value(value);
    afterCrossing();
    return value;
  }
  // A question about a moment may load what the program never loaded.
  if (standingStill()) refuseCrossing('A native object of a new kind');
  const kind = state.reader.kind();
  if (kind === undefined || (kind & KIND_MASK) !== Entry.fact) diverge('a fact of the start', describeNext(kind));
  return state.reader.decoder.value();
}
