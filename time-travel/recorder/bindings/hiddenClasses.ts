/** Native classes that no binding exports: an object of each is made to reach its prototype. */
import { getPrototypeOf, reflectApply, reflectOwnKeys } from '../../recording/safeBuiltins.ts';
import type { ClassInfo } from '../calls/identities.ts';
import { type ClassOptions, wrapClassOf, wrapFunctions } from '../calls/nativeClasses.ts';
import { replaceFunction } from '../disguise/disguise.ts';
import { internalBinding, type NativeClass, type NativeFunction, nodeMajor, nodeRequire } from '../start/natives.ts';

/** Blobs in memory are pure, but are read on the thread pool's time. */
export function installBlobs(): void {
  const blob = internalBinding('blob') as Record<string, NativeFunction>;
  const sample = reflectApply(blob.createBlob!, undefined, [[], 0]) as { getReader(): object };
  const reader = sample.getReader();
  wrapPrototypeOf(reader, 'BlobReader');
  // A blob of blobs is made for real in replay, too.
  const { createBlob } = blob;
  wrapPrototypeOf(sample, 'Blob').make = () => reflectApply(createBlob!, undefined, [[], 0]) as object;
  wrapFunctions('blob');
  openFilesBehindTheBoundary(blob);
}

interface BlobLibrary {
  createBlob(handle: unknown, length: unknown, type?: string): Record<symbol, unknown>;
  createBlobFromFilePath(path: string, options?: { type?: string }): object;
}
interface Validators {
  validateObject(value: unknown, name: string): void;
  validateString(value: unknown, name: string): void;
}
interface FileSystem {
  openAsBlob(path: unknown, options?: { type?: string }): Promise<unknown>;
}

/**
 * Node's library took the native function when Node was built: its caller is written again around the wrapped one, and up to
 * Node 24 so is that caller's own, which has taken it too.
 */
function openFilesBehindTheBoundary(binding: Record<string, NativeFunction>): void {
  const fs = nodeRequire<FileSystem>('fs');
  const library = nodeRequire<BlobLibrary>('internal/blob');
  const { createBlob, createBlobFromFilePath } = library;
  const { getValidatedPath } = nodeRequire<{ getValidatedPath(path: unknown): string }>('internal/fs/utils');
  const { validateObject, validateString } = nodeRequire<Validators>('internal/validators');
  let notCloneable: symbol | undefined;
  library.createBlobFromFilePath = (path, options) => {
    const made = binding.createBlobFromFilePath!(path) as [unknown, unknown];
    // Any file shows the symbol by which Node knows that such a blob cannot be cloned.
    notCloneable ??= symbolOf(createBlobFromFilePath(process.execPath), 'kNotCloneable');
    const blob = createBlob(made[0], made[1], options?.type);
    if (notCloneable) blob[notCloneable] = true;
    return blob;
  };
  if (nodeMajor >= 26) return;
  replaceFunction(fs, 'openAsBlob', (path: unknown, options: { type?: string } = {}) => {
    validateObject(options, 'options');
    const type = options.type || '';
    validateString(type, 'options.type');
    return promiseResolve(library.createBlobFromFilePath(getValidatedPath(path), { type }));
  });
}

const promiseResolve = (value: unknown): Promise<unknown> => Promise.resolve(value);

function symbolOf(object: object, description: string): symbol | undefined {
  const keys = reflectOwnKeys(object);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (typeof key === 'symbol' && key.description === description) return key;
  }
  return undefined;
}

function wrapPrototypeOf(sample: object, name: string, options?: ClassOptions): ClassInfo {
  const prototype = getPrototypeOf(sample) as object;
  return wrapClassOf({ prototype, name } as unknown as NativeClass, name, options);
}
