/** Replay: what the log says of new functions, classes and objects of an addon. */
import { MalformedLog } from '../../recording/decoder.ts';
import { state } from '../boundaryState.ts';
import { idOf } from '../identities.ts';
import { type Body, fillOurs, type Head, makeOurs } from './shapes.ts';

interface Unfilled {
  heads: Head[];
  made: object[];
}

/** Made, of which the properties come later: more may be found in them, of which the log hears first. */
const unfilled: Unfilled[] = [];

/** Reads the event, of which the head was consumed, and makes them. */
export function readDeclared(): void {
  const { heads, bodies } = state.reader.decoder.value() as { heads?: Head[]; bodies?: Body[] };
  if (heads) return makeAll(heads);
  const last = unfilled[unfilled.length - 1];
  if (!last || bodies?.length !== last.made.length) throw new MalformedLog('properties of an unknown addon');
  unfilled.length--;
  for (let i = 0; i < bodies.length; i++) fillOurs(last.made[i]!, last.heads[i]![1], bodies[i]!);
}

function makeAll(heads: Head[]): void {
  const made: object[] = [];
  for (let i = 0; i < heads.length; i++) {
    made[i] = makeOurs(heads[i]!, undefined);
    idOf(made[i]!);
  }
  unfilled[unfilled.length] = { heads, made };
}
