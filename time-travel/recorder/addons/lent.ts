/**
 * Views that addons were given. One may keep them and write into them later, also on a thread of its own: what it wrote is
 * logged before anything else of the addon reaches the program. A program that looks into such a view without having heard
 * of the addon sees it sooner in the recording than in the replay.
 */
import { isView, SafeWeakMap, typedArraySet } from '../../recording/safeBuiltins.ts';
import { internalBinding } from '../start/natives.ts';
import { bytesOf, changedPart } from './bytes.ts';

/** Place among the lent, the first byte that changed, and the bytes. */
export type Written = [place: number, from: number, bytes: Uint8Array];

interface Lent {
  place: number;
  view: WeakRef<ArrayBufferView>;
  length: number;
  /** Its bytes when they were looked at last. Recording only. */
  seen: Uint8Array | undefined;
}

const MOST = 32;
const MOST_BYTES = 1 << 20;

const { compare } = internalBinding('buffer') as { compare(a: Uint8Array, b: Uint8Array): number };
const { deref } = WeakRef.prototype;
/** The last ones: each at its place modulo `MOST`. */
const lent: (Lent | undefined)[] = [];
const places = new SafeWeakMap<object, number>();
let oldest = 0;
let next = 0;
let bytes = 0;

const at = (place: number): Lent | undefined => {
  const one = lent[place % MOST];
  return one?.place === place ? one : undefined;
};

/** Both modes, in the same order. @param seen recording: the bytes of each part that is a view */
export function lend(parts: readonly object[], seen?: readonly (Uint8Array | undefined)[]): void {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (!isView(part) || part.byteLength > MOST_BYTES || part.byteLength === 0) continue;
    const known = at(places.get(part) ?? -1);
    if (known) known.seen = seen?.[i];
    else add(part, seen?.[i]);
  }
}

function add(view: ArrayBufferView, seen: Uint8Array | undefined): void {
  bytes += view.byteLength;
  while (next - oldest === MOST || bytes > MOST_BYTES) {
    bytes -= at(oldest)!.length;
    lent[oldest % MOST] = undefined;
    oldest++;
  }
  places.set(view, next);
  lent[next % MOST] = { place: next, view: new WeakRef(view), length: view.byteLength, seen };
  next++;
}

/** Whether what an addon writes into it is seen here. */
export const isLent = (view: object): boolean => at(places.get(view) ?? -1) !== undefined;

/** Recording: what was written since it was looked at last. */
export function writtenByAddons(): Written[] {
  const written: Written[] = [];
  for (let place = oldest; place < next; place++) {
    const one = at(place)!;
    const view = one.seen && (Reflect.apply(deref, one.view, []) as ArrayBufferView | undefined);
    const now = view && bytesOf(view);
    // An addon can take the buffer of a view away.
    if (!now || now.length !== one.length || compare(now, one.seen!) === 0) continue;
    // Another thread may be writing at this moment: what is logged is what counts as seen.
    const copy = new Uint8Array(now);
    const part = changedPart(copy, one.seen!);
    one.seen = copy;
    if (part) written[written.length] = [place, ...part];
  }
  return written;
}

/** Replay: writes the same. */
export function writeAsAddons(written: readonly Written[]): void {
  for (let i = 0; i < written.length; i++) {
    const [place, from, part] = written[i]!;
    const { view } = at(place) ?? {};
    const now = view && (Reflect.apply(deref, view, []) as ArrayBufferView | undefined);
    if (now && from + part.length <= now.byteLength) typedArraySet(bytesOf(now), part, from);
  }
}
