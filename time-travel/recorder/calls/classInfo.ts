import type { NativeClass } from '../start/natives.ts';

/** A native class behind the boundary. */
export interface ClassInfo {
  name: string;
  type: NativeClass;
  /** Arrays in which its events leave results. */
  shared: readonly number[] | undefined;
  /** A prototype in front of the real one, where accessors that cannot be redefined are shadowed. */
  shim: object | undefined;
  /** Replay makes no object of it for real. */
  standsIn?: boolean;
  /** Replay makes a real object, with nothing in it, since native code that is done again looks into it. */
  make?(): object;
  /** More to do for every object, real or not. */
  prepare?(object: object): void;
  /** Replay: what the native constructor calls on the object. */
  begin?(object: object): void;
}
