/**
 * Parts of a message that V8 cannot write outside of the message itself: shared memory, and objects of Node's library that
 * have a number in the log. While the message is written, a native object of any kind stands in the place of each, for which
 * V8 asks what to write; so each is once in the log, wherever the message has it.
 */
import {
  getOwnPropertyDescriptor,
  isView,
  mapClear,
  mapForEach,
  mapSet,
  objectKeys,
  SafeMap,
  SafeWeakMap,
  setAdd,
  setClear,
  setForEach,
} from '../../recording/safeBuiltins.ts';
import { classOf, isKnown } from '../calls/identities.ts';

export function isSubstituted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const buffer: unknown = isView(value) ? value.buffer : value;
  return buffer instanceof SharedArrayBuffer || (isKnown(value) && !classOf(value));
}

/**
 * Visits what is part of a message: members of arrays, maps and sets, and plain properties; the message itself first.
 * @param visit gives whether the parts of this one are visited too
 */
export function forEachPart(root: object, visit: (part: object, holder: object) => boolean): void {
  const seen = new SafeWeakMap<object, true>();
  const waiting: object[] = [];
  let holder = root;
  const add = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || !visitOnce(part)) return;
    waiting[waiting.length] = part;
  };
  const visitOnce = (part: object): boolean => {
    const again = seen.has(part);
    seen.set(part, true);
    // A holder hears of each of its parts, those that others have too included.
    return visit(part, holder) && !again;
  };
  add(root);
  while (waiting.length > 0) {
    holder = waiting[waiting.length - 1]!;
    waiting.length--;
    if (holder instanceof Map) {
      mapForEach(holder, (value: unknown, key: unknown) => {
        add(key);
        add(value);
      });
    } else if (holder instanceof Set) setForEach(holder, add);
    else {
      const keys = objectKeys(holder);
      for (let i = 0; i < keys.length; i++) add(getOwnPropertyDescriptor(holder, keys[i]!)?.value);
    }
  }
}

type Change = (part: unknown) => unknown;

export class Substitutes {
  private readonly make: () => object;
  private readonly standIns = new SafeMap<unknown, object>();
  private readonly originals = new SafeMap<object, object>();

  constructor(make: () => object) {
    this.make = make;
  }

  originalOf(object: object): object {
    return this.originals.get(object) ?? object;
  }

  /** Runs `work` while substitutes are in the place of the parts; nothing of the program runs meanwhile. */
  during(holders: readonly object[], work: () => void): void {
    for (let i = 0; i < holders.length; i++) changeParts(holders[i]!, (part) => this.substituteOf(part));
    try {
      work();
    } finally {
      for (let i = 0; i < holders.length; i++) {
        changeParts(holders[i]!, (part) => this.originals.get(part as object) ?? part);
      }
    }
  }

  private substituteOf(part: unknown): unknown {
    if (!isSubstituted(part)) return part;
    const known = this.standIns.get(part);
    if (known) return known;
    const standIn = this.make();
    this.standIns.set(part, standIn);
    this.originals.set(standIn, part as object);
    return standIn;
  }
}

/** In place, in the same order. */
function changeParts(holder: object, change: Change): void {
  if (holder instanceof Map) {
    const entries: [unknown, unknown][] = [];
    mapForEach(holder, (value: unknown, key: unknown) => {
      entries[entries.length] = [key, value];
    });
    mapClear(holder);
    for (let i = 0; i < entries.length; i++) mapSet(holder, change(entries[i]![0]), change(entries[i]![1]));
  } else if (holder instanceof Set) {
    const members: unknown[] = [];
    setForEach(holder, (member: unknown) => {
      members[members.length] = member;
    });
    setClear(holder);
    for (let i = 0; i < members.length; i++) setAdd(holder, change(members[i]));
  } else changeProperties(holder as Record<string, unknown>, change);
}

function changeProperties(holder: Record<string, unknown>, change: Change): void {
  const keys = objectKeys(holder);
  for (let i = 0; i < keys.length; i++) {
    const part: unknown = getOwnPropertyDescriptor(holder, keys[i]!)?.value;
    const changed = change(part);
    if (changed !== part) holder[keys[i]!] = changed;
  }
}
