/** The present stack as call sites, whatever the program made of `Error.prepareStackTrace`. */
import { defineProperty, getOwnPropertyDescriptor } from '../../recording/safeBuiltins.ts';

const DEPTH = 50;

export function ownStack(depth = DEPTH): NodeJS.CallSite[] {
  const limit = getOwnPropertyDescriptor(Error, 'stackTraceLimit');
  const prepare = getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  defineProperty(Error, 'stackTraceLimit', { value: depth, writable: true, configurable: true });
  defineProperty(Error, 'prepareStackTrace', { value: keepSites, writable: true, configurable: true });
  try {
    const sites: unknown = new Error().stack;
    return Array.isArray(sites) ? sites : [];
  } finally {
    restore('stackTraceLimit', limit);
    restore('prepareStackTrace', prepare);
  }
}

const keepSites = (_error: unknown, sites: NodeJS.CallSite[]) => sites;

function restore(name: string, descriptor: PropertyDescriptor | undefined): void {
  if (descriptor) defineProperty(Error, name, descriptor);
  else Reflect.deleteProperty(Error, name);
}

/** No JavaScript but Node's own part of `async_hooks` is on the stack below the boundary. */
export function isCalledByLoop(): boolean {
  // Those of the boundary itself, then one or two more.
  const frames = ownStack(8);
  for (let i = 0; i < frames.length; i++) {
    const file = frames[i]!.getFileName();
    if (file !== 'node:internal/async_hooks' && file !== __filename) return false;
  }
  return true;
}

/** The file of the innermost function that is not the boundary's; undefined when native code called. */
export function callerFile(): string | undefined {
  const frames = ownStack(8);
  for (let i = 0; i < frames.length; i++) {
    const file = frames[i]!.getFileName();
    if (file !== __filename) return file ?? '';
  }
  return undefined;
}

/** Native code asks for a module of Node's library: nothing but the library's own `require` is on the stack below the boundary. */
export function isNativeRequire(): boolean {
  const frames = ownStack(8);
  const outermost = frames[frames.length - 1]?.getFileName();
  if (frames.length === 8 || outermost !== 'node:internal/bootstrap/realm') return false;
  for (let i = 0; i < frames.length - 1; i++) {
    const file = frames[i]!.getFileName();
    if (file !== outermost && file !== __filename) return false;
  }
  return true;
}

/** The frames of the program and of Node's library as text, the innermost first. */
export const presentStack = (): string => (new Error('here').stack ?? '').split('\n').slice(1).join('\n');
