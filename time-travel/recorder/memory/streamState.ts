/** `streamBaseState`: where stream reads and writes leave their numbers. */
import { internalBinding } from '../start/natives.ts';
import { addSharedArray } from './sharedArrays.ts';

export const streamState: number = addSharedArray(
  internalBinding('stream_wrap').streamBaseState as unknown as ArrayBufferView,
);
/** Copied with every event of a stream. */
export const EVENT_SHARED: readonly number[] = [streamState];
