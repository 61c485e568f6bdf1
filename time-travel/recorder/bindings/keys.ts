/** Keys cross the boundary as their DER or raw form: all arithmetic with them is pure and done again in replay. */
import {
  arrayConcat,
  reflectApply,
  reflectConstruct,
  reflectOwnKeys,
  SafeWeakMap,
} from '../../recording/safeBuiltins.ts';
import { type CallSpec, wrapCall } from '../calls/calls.ts';
import { registerPortable } from '../calls/portable.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';

interface KeyConstants {
  kKeyTypeSecret: number;
  kKeyTypePublic: number;
  kKeyTypePrivate: number;
  kKeyFormatDER: number;
  kKeyEncodingPKCS8: number;
  kKeyEncodingSPKI: number;
}
interface KeyHandle {
  init(type: number, data: unknown, format?: number | null, encoding?: number | null, passphrase?: null): unknown;
  export(format?: number, encoding?: number, cipher?: null, passphrase?: null): Uint8Array;
}

export function installKeys(): void {
  const crypto = internalBinding('crypto');
  const { kKeyTypeSecret, kKeyTypePublic, kKeyTypePrivate, kKeyFormatDER, kKeyEncodingPKCS8, kKeyEncodingSPKI } =
    crypto as unknown as KeyConstants;
  const Handle = crypto.KeyObjectHandle as NativeClass;
  const methods = Handle.prototype as Record<'init' | 'export' | 'exportJwk', NativeFunction>;
  const { init, export: exportKey, exportJwk } = methods;

  const types = new SafeWeakMap<object, number>();
  const getKeyType = (Handle.prototype as { getKeyType?: NativeFunction }).getKeyType;
  // Native code insists on the number of arguments: Node 24 has one more, the name of a curve.
  const rest = getKeyType ? [null, null] : [undefined];
  const forms: { type: number; out: unknown[]; back: unknown[] }[] = [
    {
      type: kKeyTypePrivate,
      out: [kKeyFormatDER, kKeyEncodingPKCS8, null, null],
      back: [kKeyFormatDER, kKeyEncodingPKCS8, ...rest],
    },
    { type: kKeyTypePublic, out: [kKeyFormatDER, kKeyEncodingSPKI], back: [kKeyFormatDER, kKeyEncodingSPKI, ...rest] },
    { type: kKeyTypeSecret, out: [], back: [] },
  ];

  /** Node 22 does not say what kind of key a handle is, except by its JWK form. */
  const typeOf = (handle: object): number | undefined => {
    if (getKeyType) return reflectApply(getKeyType, handle, []) as number;
    try {
      const { kty, d } = reflectApply(exportJwk, handle, [{}, false]) as { kty?: string; d?: string };
      return kty === 'oct' ? kKeyTypeSecret : d === undefined ? kKeyTypePublic : kKeyTypePrivate;
    } catch {
      return undefined;
    }
  };
  registerPortable({
    name: 'KeyObjectHandle',
    prototype: Handle.prototype,
    host: true,
    flatten(handle) {
      const known = types.get(handle) ?? typeOf(handle);
      for (let i = 0; i < forms.length; i++) {
        if (forms[i]!.type === known) return [known, reflectApply(exportKey, handle, forms[i]!.out)];
      }
      return undefined;
    },
    revive(data) {
      const type = (data as [number, Uint8Array])[0];
      const bytes = (data as [number, Uint8Array])[1];
      const handle = reflectConstruct(Handle, []) as KeyHandle;
      for (let i = 0; i < forms.length; i++) {
        const form = forms[i]!;
        if (form.type === type) reflectApply(init, handle, arrayConcat([type, bytes], form.back));
      }
      types.set(handle, type);
      return handle;
    },
  });
  carryCryptoKeys(crypto as Record<string, NativeFunction>);
  carryKeyObjects(crypto as Record<string, NativeFunction>);
  recordRandomness(crypto as Record<string, NativeClass>);
}

/** Since Node 24 native code makes the keys of Web Crypto itself, of a class that Node's library defines when it is loaded. */
function carryCryptoKeys(crypto: Record<string, NativeFunction>): void {
  const { createCryptoKeyClass, getCryptoKeySlots } = crypto;
  if (!createCryptoKeyClass) return;
  crypto.createCryptoKeyClass = (define) => {
    const made = reflectApply(createCryptoKeyClass, crypto, [define]) as [NativeClass, NativeClass];
    registerPortable({
      name: 'CryptoKey',
      prototype: made[1].prototype,
      host: true,
      flatten: (key) => reflectApply(getCryptoKeySlots!, crypto, [key]),
      revive(data) {
        const slots = data as unknown[];
        // Type, extractable, algorithm, usages, handle.
        return reflectConstruct(made[1], [slots[4], slots[2], slots[3], slots[1]]) as object;
      },
    });
    return made;
  };
}

/** Native code makes those that arrive in a message, of classes that Node's library defines when it is loaded. */
function carryKeyObjects(crypto: Record<string, NativeFunction>): void {
  const { createNativeKeyObjectClass: create, getKeyObjectSlots: slots } = crypto;
  crypto.createNativeKeyObjectClass = (define) => {
    const classes = reflectApply(create!, crypto, [define]) as NativeClass[];
    // The first is what the others have in common.
    for (let i = 1; i < classes.length; i++) {
      const Key = classes[i]!;
      registerPortable({
        name: Key.name,
        prototype: Key.prototype,
        host: true,
        flatten: (key) => (slots ? (reflectApply(slots, crypto, [key]) as unknown[])[1] : handleOf(key)),
        revive: (handle) => reflectConstruct(Key, [handle]) as object,
      });
    }
    return classes;
  };
}

/** Node 22 keeps the native part under a symbol. */
function handleOf(key: object): unknown {
  const keys = reflectOwnKeys(key);
  for (let i = 0; i < keys.length; i++) {
    if (typeof keys[i] === 'symbol' && (keys[i] as symbol).description === 'kHandle') return Reflect.get(key, keys[i]!);
  }
  return undefined;
}

/** Methods that are pure but for the randomness in their result. */
function recordRandomness(crypto: Record<string, NativeClass>): void {
  wrapMethod(crypto.Sign, 'Sign', 'sign');
  wrapKeyGeneration(crypto.ECDH, 'ECDH');
  wrapKeyGeneration(crypto.DiffieHellman, 'DiffieHellman');
  wrapKeyGeneration(crypto.DiffieHellmanGroup, 'DiffieHellmanGroup');
  const functions = crypto as unknown as Record<string, NativeFunction>;
  functions.publicEncrypt = wrapCall(functions.publicEncrypt!, 'crypto.publicEncrypt');
  functions.privateEncrypt = wrapCall(functions.privateEncrypt!, 'crypto.privateEncrypt');
}

function wrapMethod(type: NativeClass | undefined, className: string, method: string, spec?: CallSpec): void {
  const prototype = type?.prototype as Record<string, NativeFunction> | undefined;
  if (prototype?.[method]) prototype[method] = wrapCall(prototype[method], `${className}.${method}`, spec);
}

/** The generated private key is put into the real object again. */
function wrapKeyGeneration(type: NativeClass | undefined, className: string): void {
  const prototype = type?.prototype as Record<string, NativeFunction> | undefined;
  if (!prototype?.generateKeys) return;
  const { getPrivateKey, setPrivateKey, setPublicKey } = prototype;
  wrapMethod(type, className, 'generateKeys', {
    extra: {
      record: (self, _args, result) =>
        result instanceof Error ? undefined : [reflectApply(getPrivateKey!, self, []), result],
      replay(self, _args, keys) {
        if (keys === undefined) return;
        reflectApply(setPrivateKey!, self, [(keys as unknown[])[0]]);
        if (setPublicKey && className !== 'ECDH') reflectApply(setPublicKey, self, [(keys as unknown[])[1]]);
      },
    },
  });
}
