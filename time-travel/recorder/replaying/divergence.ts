/** The replayed program did something else than the recorded one: said once, with where and what, then the replay ends. */
import { Entry, entryKindNames, KIND_MASK } from '../../recording/entryKinds.ts';
import { state } from '../boundaryState.ts';
import { presentStack } from '../disguise/ownStack.ts';
import { lastAgreed } from './lastAgreed.ts';
import { lifecycle } from './lifecycle.ts';

/** Thrown through the program's frames when a divergence handler returned: nothing of the program may go on. */
export class ReplayStopped extends Error {}

function likelyCause(expected: string, seen: string): string {
  if (seen.includes('which is not recorded')) return 'The program uses native code that Apex does not record.';
  if (/ESM|module|package|readPackageJSON|internalModuleStat/.test(seen + expected)) {
    return 'Modules were looked up differently: another build of Apex, or an environment variable that Node reads at start.';
  }
  return 'A native function that is not recorded gave another result, or the order of garbage collection or threads showed.';
}

/** Ends the replay; never returns to the program. */
export function diverge(seen: string, expected: string): never {
  const { ended } = state.reader;
  if (ended === 'torn' || ended === 'damaged' || ended === 'stopped')
    lifecycle.finished({ code: undefined, reason: ended, events: state.events });
  const agreed = lastAgreed();
  lifecycle.diverged({
    event: state.events,
    place: state.reader.place,
    expected,
    seen,
    stack: presentStack(),
    entry: state.reader.entries,
    ...(agreed && { agreed }),
    cause: likelyCause(expected, seen),
  });
  throw new ReplayStopped(`Replay diverged: ${seen}`);
}

/** A description of an entry whose first byte was consumed, for messages. */
export function describeNext(kind: number | undefined): string {
  const { reader } = state;
  if (kind === undefined) return `the end of the recording (${reader.ended})`;
  const masked = kind & KIND_MASK;
  const name = entryKindNames[masked] ?? `unknown entry ${kind}`;
  if (masked === Entry.return || masked === Entry.throw) return `${name} of ${reader.decoder.name()}`;
  if (masked === Entry.end) return `exit with code ${reader.decoder.varint()}`;
  return masked === Entry.event ? `event of kind ${reader.decoder.byte()}` : name;
}

/**
 * Replay: called when an entry has been consumed. Nothing is known of what a killed program did behind its last crossing
 * (it may never end), so the replay stops there.
 */
export function afterReplayed(): void {
  const { reader } = state;
  const { position, bytes } = reader.decoder;
  if ((position < bytes.length && bytes[position] !== Entry.stop) || lifecycle.over) return;
  if (reader.peek() !== undefined) return;
  if (reader.ended !== undefined && reader.ended !== 'complete') diverge('', '');
}
