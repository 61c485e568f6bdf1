/** HTTP/2 sessions read and write their socket natively: the whole of nghttp2 is behind the boundary. */
import { arrayConcat, objectKeys } from '../../recording/safeBuiltins.ts';
import type { CallSpec } from '../calls.ts';
import { wrapClasses, wrapFunctions } from '../nativeClasses.ts';
import { internalBinding } from '../natives.ts';
import { addSharedArray } from '../sharedArrays.ts';
import { EVENT_SHARED } from '../streamState.ts';

export function installHttp2(): void {
  const http2 = internalBinding('http2');
  const shared = arrayConcat([], EVENT_SHARED as unknown as unknown[]) as number[];
  const names = objectKeys(http2);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (ArrayBuffer.isView(http2[name])) shared[shared.length] = addSharedArray(http2[name]);
  }
  const specOf = (): CallSpec => ({ shared });
  wrapClasses('http2', undefined, { specOf, shared });
  wrapFunctions('http2', undefined, specOf);
}
