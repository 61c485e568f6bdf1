/** First byte of every encoded value. The numbers are part of the format: never reuse one. */
export const Tag = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  /** Zigzag varint. */
  int: 4,
  double: 5,
  latin1: 6,
  utf16: 7,
  buffer: 8,
  typedArray: 9,
  arrayBuffer: 10,
  array: 11,
  object: 12,
  nullObject: 13,
  /** A native object that crosses for the first time: class name, id, own plain properties. */
  handle: 14,
  /** A native object that crossed before. */
  known: 15,
  error: 16,
  promise: 17,
  bigint: 18,
  /** One of the arrays that native code and JavaScript share, with its content. */
  shared: 19,
  map: 20,
  set: 21,
  function: 22,
  /** Something that only its own side can hold; replay sees an empty object. */
  opaque: 23,
  symbol: 24,
  date: 25,
  hole: 26,
  /** A native object that is pure data: class name and that data. */
  portable: 27,
  /** An object or array that contains itself: its place among those that are being written, outermost first. */
  cycle: 28,
  /**
   * Doubles: number of the array among the shared ones and one (0: an array of its own), length, how many differ from the
   * last array of that length; of each its index and value.
   */
  doubles: 29,
  /** Memory that threads share: its number and length in bytes. What is in it travels by itself. */
  sharedMemory: 30,
  /** A view of such memory: element type, the memory, first byte, number of bytes. */
  sharedView: 31,
} as const;

/** Element types in the order of their number in the format. */
export const ELEMENT_TYPES = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
] as const;
