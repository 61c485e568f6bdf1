/** HTTP/2 sessions read and write their socket natively: the whole of nghttp2 is behind the boundary. */
import { arrayConcat, objectAssign, objectKeys, reflectConstruct } from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import type { CallSpec } from '../calls/calls.ts';
import { wrapClasses, wrapFunctions } from '../calls/nativeClasses.ts';
import { addSharedArray } from '../memory/sharedArrays.ts';
import { EVENT_SHARED } from '../memory/streamState.ts';
import { internalBinding, type NativeClass } from '../start/natives.ts';

/** Files are sent beneath JavaScript, from a native handle to a native stream. */
function installFilePipes(shared: number[]): void {
  wrapClasses('fs', ['FileHandle'], { shared });
  wrapClasses('stream_pipe', undefined, { shared });
  const binding = internalBinding('stream_pipe');
  const Pipe = binding.StreamPipe as NativeClass;
  const StreamPipe = function (this: unknown, source: unknown, sink: unknown) {
    const pipe = reflectConstruct(Pipe, [source, sink]) as Record<string, unknown>;
    // Native code puts them there.
    if (!recording()) objectAssign(pipe, { source, sink });
    return pipe;
  };
  StreamPipe.prototype = Pipe.prototype;
  binding.StreamPipe = StreamPipe;
}

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
  installFilePipes(shared);
  wrapFunctions('http2', undefined, specOf);
}
