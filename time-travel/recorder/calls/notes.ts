/**
 * What the boundary remembers of a native object, in one place, since every crossing asks for it. It lies behind a private
 * symbol of Node's own, which neither the program nor a proxy sees: V8 finds it, or that it is missing, as fast as any
 * property. An entry in a WeakMap costs a multiple, and so does a private field of objects with many shapes.
 */
import { internalBinding, type NativeFunction } from '../start/natives.ts';
import type { ClassInfo } from './classInfo.ts';
import type { FillView } from './fillView.ts';

export class Note {
  /** Number of the object in the log; 0 until it crosses. */
  id = 0;
  /** Its class, once that was asked for. */
  info: ClassInfo | undefined;
  /** The program's `oncomplete` of a request. */
  completion: NativeFunction | undefined;
  /** The program's `onread` of a stream. */
  reading: NativeFunction | undefined;
  /** What native code fills until the request completes. */
  pending: FillView[] | undefined;
  /** Descriptor that a stream was opened with. */
  fd = -1;
  /** Reads have not always gone to `onread`. */
  diverted = false;
  /** Takes what was read in place of `onread`; the bytes are valid until it returns. */
  take: ((bytes: Uint8Array) => void) | undefined;
  /** Recording: native code reads into the boundary's buffer, which it cannot be told to leave again. */
  buffered = false;
}

const { privateSymbols } = internalBinding('util') as { privateSymbols: Record<string, symbol | undefined> };
/** Node puts it on `process` alone, which is no native object. */
const key: symbol = privateSymbols.exit_info_private_symbol ?? Symbol('note');

/** The note of an object; that of `process` has no field. */
export const noteOf = (object: object): Note | undefined => (object as Record<symbol, Note | undefined>)[key];

/** Gives a note to an object that has none. */
export function newNote(object: object): Note {
  const note = new Note();
  (object as Record<symbol, Note>)[key] = note;
  return note;
}

/** The note of a native object, which gets one if need be. */
export const noteFor = (object: object): Note => noteOf(object) ?? newNote(object);
