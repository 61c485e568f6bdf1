/** What the encoder asks about objects whose identity matters across the boundary. */
export interface EncoderHooks {
  /** Number of an array that native code writes into, or undefined. */
  sharedIndex(view: ArrayBufferView): number | undefined;
  /** How many bytes of it are worth writing: zeros at the end may be left out. */
  sharedLength(index: number): number;
  /** Number of memory that threads share. */
  memoryNumber(memory: SharedArrayBuffer): number;
  /** Copies bytes between views, of which the ranges are known to be within. */
  copy(source: ArrayBufferView, target: Uint8Array, targetStart: number, sourceStart: number, count: number): void;
  /** Id of an object that crossed before, or undefined. */
  knownId(value: object): number | undefined;
  /** Class name of a native object that crosses for the first time, or undefined when it is not one. */
  className(value: object): string | undefined;
  /** Class name and plain data of a native object that is nothing but data. */
  flatten(value: object): { name: string; data: unknown } | undefined;
  /** Gives a native object its id. */
  newId(value: object): number;
  /** Gives a promise its id and watches how it settles. */
  promiseId(promise: Promise<unknown>): number;
}
