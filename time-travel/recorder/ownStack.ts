/** The present stack as call sites, whatever the program made of `Error.prepareStackTrace`. */
import { defineProperty, getOwnPropertyDescriptor } from '../recording/safeBuiltins.ts';

const DEPTH = 50;

export function ownStack(): NodeJS.CallSite[] {
  const limit = getOwnPropertyDescriptor(Error, 'stackTraceLimit');
  const prepare = getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  defineProperty(Error, 'stackTraceLimit', { value: DEPTH, writable: true, configurable: true });
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
