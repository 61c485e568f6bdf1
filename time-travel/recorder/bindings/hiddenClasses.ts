/** Native classes that no binding exports: an object of each is made to reach its prototype. */
import { getPrototypeOf, reflectApply } from '../../recording/safeBuiltins.ts';
import { type ClassOptions, wrapClassOf, wrapFunctions } from '../nativeClasses.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../natives.ts';

/** Blobs in memory are pure, but are read on the thread pool's time. */
export function installBlobs(): void {
  const blob = internalBinding('blob') as Record<string, NativeFunction>;
  const sample = reflectApply(blob.createBlob!, undefined, [[], 0]) as { getReader(): object };
  const reader = sample.getReader();
  wrapPrototypeOf(reader, 'BlobReader');
  wrapPrototypeOf(sample, 'Blob');
  wrapFunctions('blob');
}

function wrapPrototypeOf(sample: object, name: string, options?: ClassOptions): void {
  const prototype = getPrototypeOf(sample) as object;
  wrapClassOf({ prototype, name } as unknown as NativeClass, name, options);
}
