/**
 * Node numbers asynchronous resources with one counter that native code and JavaScript share. In replay no native object
 * is made, so what native code took from the counter is taken from it here.
 */
import { internalBinding } from '../start/natives.ts';

const { async_id_fields: fields, constants } = internalBinding('async_wrap') as {
  async_id_fields: Float64Array;
  constants: { kAsyncIdCounter: number };
};
const { kAsyncIdCounter } = constants;

export const asyncIdCounter = (): number => fields[kAsyncIdCounter]!;

export function setAsyncIdCounter(value: number): void {
  fields[kAsyncIdCounter] = value;
}
