/** First byte of an entry: the kind in the low bits, flags for optional parts above. Numbers are part of the format. */
export const Entry = {
  /** A call into native code returned. */
  return: 1,
  /** A call into native code threw. */
  throw: 2,
  /** Native code called JavaScript. */
  event: 3,
  /** A clock was read. */
  clock: 4,
  /** The program ended; nothing follows. */
  end: 5,
  /** A fact that the recorder established before the program started, or about an object of its own. */
  fact: 6,
  /** The log reached its largest size: the program went on, nothing more was recorded. */
  stop: 7,
} as const;

export const KIND_MASK = 7;
export const Flag = {
  /** Plain-object arguments gained keys. */
  outs: 8,
  /** Native code wrote into buffers that were passed in. */
  fill: 16,
  /** Arrays shared with native code follow. */
  shared: 32,
  /** The async id counter moved. */
  asyncIds: 64,
  /** Something special to the called function follows. */
  extra: 128,
  /** Of an event, where nothing else has this bit: ticks that an event before it scheduled had not run. */
  unsettled: 64,
} as const;

/** What kind of thing native code called. */
export const EventKind = {
  /** `handle.oncomplete(...)` and the like. */
  property: 0,
  /** A function that was passed to native code. */
  callback: 1,
  /** A native promise settled. */
  promise: 2,
  timers: 3,
  immediates: 4,
  /** `process.emit` called by native code. */
  emit: 5,
  /** No call: what is new of a native addon. */
  foreign: 6,
} as const;

export const entryKindNames: Record<number, string> = {
  [Entry.return]: 'return',
  [Entry.throw]: 'throw',
  [Entry.event]: 'event',
  [Entry.clock]: 'clock',
  [Entry.end]: 'end',
  [Entry.fact]: 'fact',
  [Entry.stop]: 'stop',
};
