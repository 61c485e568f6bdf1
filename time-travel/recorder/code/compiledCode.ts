/**
 * What V8 says of compiled code that a program keeps (`vm.Script` with `cachedData`): its bytes differ from run to run, so
 * they are facts of the recording. Native code sets them as properties of the script, which setters of its prototype see.
 */
import { defineProperty } from '../../recording/safeBuiltins.ts';
import { wrapCall } from '../calls/calls.ts';
import { replaceFunction } from '../disguise/disguise.ts';
import { exchangeFact } from '../start/facts.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';

const RESULTS = ['cachedDataProduced', 'cachedData', 'cachedDataRejected'];

export function installCompiledCode(): void {
  const { prototype } = internalBinding('contextify').ContextifyScript as unknown as NativeClass;
  for (let i = 0; i < RESULTS.length; i++) {
    const key = RESULTS[i]!;
    defineProperty(prototype, key, {
      get: undefined,
      set(this: object, value: unknown) {
        defineProperty(this, key, {
          value: exchangeFact(value),
          writable: true,
          enumerable: true,
          configurable: true,
        });
      },
      configurable: true,
    });
  }
  const { createCachedData } = prototype as { createCachedData: NativeFunction };
  const name = 'contextify.ContextifyScript.createCachedData';
  replaceFunction(prototype, 'createCachedData', wrapCall(createCachedData, name));
}
