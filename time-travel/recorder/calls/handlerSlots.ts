/** Properties of native objects that hold a handler which native code calls, and the handlers the program put there. */
import { SafeWeakMap } from '../../recording/safeBuiltins.ts';
import type { Stamps } from '../asyncHooks/stamps.ts';
import type { NativeFunction } from '../start/natives.ts';
import { noteFor, noteOf } from './notes.ts';

/** Their place in this list is their number in the log: append only. */
export const HANDLER_NAMES = [
  'oncomplete',
  'onread',
  'onconnection',
  'onexit',
  'onmessage',
  'ondone',
  'onsignal',
  'onchange',
  'onerror',
  'onhandshakestart',
  'onhandshakedone',
  'onnewsession',
  'onclienthello',
  'oncertcb',
  'onkeylog',
  'onocspresponse',
  'onwrite',
  'onstop',
  'ongracefulclosecomplete',
  'onpskexchange',
  'onreadstart',
  'onreadstop',
  'onshutdown',
  'onheaders',
  'oninfo',
  'ontrailers',
  'onwanttrailers',
  'onsessionticket',
  'onticketkeycallback',
  // Not properties: what native code calls on a message port.
  '(message)',
  '(close)',
  'onunpipe',
  'ALPNCallback',
  // Not properties: how native code makes the objects of a message, gives them their data, and takes it from them.
  '(create)',
  '(fill)',
  '(transfer)',
  '(transfer list)',
  // Not a property: native code asks for a module of Node's library.
  '(load)',
] as const;

export const ON_READ = HANDLER_NAMES.indexOf('onread');

export const ON_COMPLETE = HANDLER_NAMES.indexOf('oncomplete');

/** Handlers of requests and of streams, of which there are many, lie with the rest that is known of their objects. */
const noted = (field: 'completion' | 'reading'): Stamps<NativeFunction> => ({
  get: (object) => noteOf(object)?.[field],
  has: (object) => noteOf(object)?.[field] !== undefined,
  set(object, handler) {
    noteFor(object)[field] = handler;
  },
  delete(object) {
    const note = noteOf(object);
    if (note) note[field] = undefined;
  },
});

export const handlers: Stamps<NativeFunction>[] = HANDLER_NAMES.map((name) => {
  if (name === 'oncomplete') return noted('completion');
  return name === 'onread' ? noted('reading') : new SafeWeakMap<object, NativeFunction>();
});
