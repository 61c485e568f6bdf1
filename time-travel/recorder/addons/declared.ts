/** Replay: what the log says of new functions, classes and objects of an addon, and of what it read. */
import { MalformedLog } from '../../recording/decoder.ts';
import { state } from '../boundaryState.ts';
import { idOf } from '../calls/identities.ts';
import { ReplayStopped } from '../replaying/divergence.ts';
import { type Written, writeAsAddons } from './lent.ts';
import { readProperty, throwUncaught } from './passing.ts';
import { type Body, fillOurs, type Head, makeOurs } from './shapes.ts';

interface Unfilled {
  heads: Head[];
  made: object[];
}

interface News {
  heads?: Head[];
  bodies?: Body[];
  /** A property that the addon read, of which the value is given by code of the program. */
  read?: [object: object, key: string | symbol];
  /** What a function that it called threw was caught by nobody. */
  uncaught?: boolean;
  /** What addons wrote into views that they had been given. */
  written?: Written[];
}

/** Made, of which the properties come later: more may be found in them, of which the log hears first. */
const unfilled: Unfilled[] = [];

/** Reads the event, of which the head was consumed; gives what is to run. */
export function readNews(): () => void {
  const { heads, bodies, read, uncaught, written } = state.reader.decoder.value() as News;
  if (read) return () => readAsAddon(read[0], read[1]);
  if (uncaught) return throwUncaught;
  if (written) return () => writeAsAddons(written);
  if (heads) makeAll(heads);
  else fillLast(bodies ?? []);
  return () => undefined;
}

function makeAll(heads: Head[]): void {
  const made: object[] = [];
  for (let i = 0; i < heads.length; i++) {
    made[i] = makeOurs(heads[i]!, undefined);
    idOf(made[i]!);
  }
  unfilled[unfilled.length] = { heads, made };
}

function fillLast(bodies: Body[]): void {
  const last = unfilled[unfilled.length - 1];
  if (!last || bodies.length !== last.made.length) throw new MalformedLog('properties of an unknown addon');
  unfilled.length--;
  for (let i = 0; i < bodies.length; i++) fillOurs(last.made[i]!, last.heads[i]![1], bodies[i]!);
}

/** What it throws is the addon's to handle. */
function readAsAddon(object: object, key: string | symbol): void {
  try {
    readProperty(object, key);
  } catch (error) {
    if (error instanceof ReplayStopped) throw error;
  }
}
