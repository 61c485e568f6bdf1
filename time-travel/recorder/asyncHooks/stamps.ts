/**
 * What the boundary remembers of objects that are not native, or only in replay. A private field costs a fraction of an entry
 * in a WeakMap, above all when garbage is collected, and the program sees it as little.
 */
import { SafeWeakMap } from '../../recording/safeBuiltins.ts';

/** The part of a WeakMap that is used. */
export interface Stamps<Value> {
  get(object: object): Value | undefined;
  set(object: object, value: Value): unknown;
  has(object: object): boolean;
  delete(object: object): unknown;
}

/** A constructor that gives its argument: the fields of a derived class are put on that. */
export class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is what it is for.
    return object;
  }
}

// One class for each kind, so that V8 sees one field at each place. Objects that take no fields have a WeakMap.
const closedIds = new SafeWeakMap<object, number>();
let anyClosed = false;

class WithId extends Given {
  #id: number | undefined;
  static get(object: object): number | undefined {
    if (#id in object) return object.#id;
    return anyClosed ? closedIds.get(object) : undefined;
  }
  static set(object: object, id: number): void {
    try {
      if (!(#id in object)) new WithId(object);
      (object as WithId).#id = id;
    } catch {
      anyClosed = true;
      closedIds.set(object, id);
    }
  }
}

/** Number in the log of an object that has no native class, such as those of addons. */
export const idStamps: Pick<Stamps<number>, 'get' | 'set'> = WithId;
