/** Properties of native objects that hold a handler which native code calls, and the handlers the program put there. */
import { SafeWeakMap } from '../../recording/safeBuiltins.ts';
import { completionStamps, type Stamps } from '../asyncHooks/stamps.ts';
import type { NativeFunction } from '../start/natives.ts';

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
] as const;

export const ON_READ = HANDLER_NAMES.indexOf('onread');

export const handlers: Stamps<NativeFunction>[] = HANDLER_NAMES.map((name) =>
  // Each request has one.
  name === 'oncomplete' ? completionStamps : new SafeWeakMap<object, NativeFunction>(),
);
