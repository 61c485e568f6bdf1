/**
 * Native objects that are pure when the program makes them, but not when they arrive in a message: their content comes from
 * another thread, which may go on changing it (a histogram, a list of blocked addresses). Such a one has the methods of its
 * class behind the boundary. An address never changes and is made again.
 */
import {
  arrayConcat,
  defineProperty,
  getOwnPropertyNames,
  getPrototypeOf,
  mapForEach,
  objectCreate,
  objectKeys,
  reflectApply,
  reflectConstruct,
  startsWith,
} from '../../recording/safeBuiltins.ts';
import { type CallSpec, wrapCall } from '../calls/calls.ts';
import { idOf } from '../calls/identities.ts';
import { registerPortable } from '../calls/portable.ts';
import { beforeLoading } from '../start/builtinLoading.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';

export function installForeignHandles(): void {
  beforeLoading(['internal/blocklist'], () => carryAsForeign('block_list', 'BlockList'));
  beforeLoading(['internal/socketaddress'], carryAddresses);
  beforeLoading(['internal/histogram'], () => carryAsForeign('performance', 'Histogram'));
}

/** Native code fills a map. */
const FILLED_MAP: CallSpec = {
  extra: {
    record: (_self, args) => args[0],
    replay(_self, args, filled) {
      mapForEach(filled as Map<unknown, unknown>, (value, key) => (args[0] as Map<unknown, unknown>).set(key, value));
    },
  },
};

/** The methods of a native object, some of which it may have itself. */
export function methodNames(object: object): string[] {
  const all = arrayConcat(getOwnPropertyNames(getPrototypeOf(object)), objectKeys(object)) as string[];
  const names: string[] = [];
  for (let i = 0; i < all.length; i++) {
    const name = all[i]!;
    if (name !== 'constructor' && typeof (object as Record<string, unknown>)[name] === 'function') {
      names[names.length] = name;
    }
  }
  return names;
}

/** Puts methods of this one object behind the boundary. */
export function wrapMethods(object: object, className: string, names: readonly string[]): void {
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const native = (object as Record<string, NativeFunction>)[name] ?? nothing;
    const spec = startsWith(name, 'percentiles') ? FILLED_MAP : {};
    const value = wrapCall(native, `${className}.${name}`, spec);
    defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
  }
}

/** Replay calls no native function. */
const nothing: NativeFunction = () => undefined;

function carryAsForeign(binding: string, name: string): void {
  const { prototype } = internalBinding(binding)[name] as NativeClass;
  registerPortable({
    name,
    prototype,
    host: true,
    flatten(object) {
      const names = methodNames(object);
      wrapMethods(object, name, names);
      idOf(object);
      return names;
    },
    revive(names) {
      const standIn = objectCreate(prototype) as object;
      wrapMethods(standIn, name, names as string[]);
      idOf(standIn);
      return standIn;
    },
  });
}

interface AddressDetail {
  address: string;
  port: number;
  family: number;
  flowlabel: number;
}

function carryAddresses(): void {
  const Address = internalBinding('block_list').SocketAddress as NativeClass;
  const { detail } = Address.prototype as Record<string, NativeFunction>;
  registerPortable({
    name: 'SocketAddress',
    prototype: Address.prototype,
    host: true,
    flatten: (object) => reflectApply(detail!, object, [{}]),
    revive(data) {
      const { address, port, family, flowlabel } = data as AddressDetail;
      return reflectConstruct(Address, [address, port, family, flowlabel]) as object;
    },
  });
}
