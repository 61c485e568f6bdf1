/** Cryptographic jobs: their results are logged, whether they come at once or through `ondone`. */
import { endsWith, objectKeys, reflectConstruct, SafeWeakMap, typedArraySet } from '../../recording/safeBuiltins.ts';
import { type CallSpec, wrapCall } from '../calls/calls.ts';
import { bytesOf, type FillView, fillLater } from '../calls/fills.ts';
import { hookHandlers } from '../calls/handlers.ts';
import { registerClass } from '../calls/identities.ts';
import { wrapFunctions } from '../calls/nativeClasses.ts';
import { type Binding, internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';
import { installKeys } from './keys.ts';

interface Job {
  ondone?: unknown;
}

export function installCrypto(): void {
  installKeys();
  const crypto = internalBinding('crypto');
  const names = objectKeys(crypto);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (endsWith(name, 'Job') && (crypto[name] as Partial<NativeClass>).prototype) wrapJob(crypto, name);
  }
  wrapFunctions('crypto', [
    'secureHeapUsed',
    'getSystemCACertificates',
    'getExtraCACertificates',
    'startLoadingCertificatesOffThread',
  ]);
}

function wrapJob(crypto: Binding, name: string): void {
  const type = crypto[name] as NativeClass;
  registerClass({ name, type, shared: undefined, shim: undefined });
  const prototype = type.prototype as { run: NativeFunction };
  hookHandlers(prototype);
  const random = name === 'RandomBytesJob' || name === 'RandomPrimeJob';
  const targets = new SafeWeakMap<object, FillView>();
  prototype.run = wrapCall(prototype.run, `${name}.run`, random ? randomSpec(targets) : {});
  if (!random) return;
  const Constructor = function (this: unknown, ...args: unknown[]) {
    // In replay too: a job is real until it runs, and refuses the wrong arguments.
    const job = reflectConstruct(type, args, type) as object;
    const buffer = args[1] as ArrayBuffer | ArrayBufferView;
    if (name === 'RandomBytesJob') {
      const view = ArrayBuffer.isView(buffer) ? buffer : new Uint8Array(buffer);
      const offset = (args[2] as number | undefined) ?? 0;
      targets.set(job, { view, offset, length: (args[3] as number | undefined) ?? view.byteLength });
    }
    return job;
  };
  Constructor.prototype = type.prototype;
  crypto[name] = Constructor;
}

/** Random bytes are written into a buffer that the job was made with, at once or when it is done. */
function randomSpec(targets: SafeWeakMap<object, FillView>): CallSpec {
  const target = (self: unknown): FillView | undefined => {
    const view = targets.get(self as object);
    if (!view || !(self as Job).ondone) return view;
    fillLater(self as object, [view]);
    return undefined;
  };
  return {
    extra: {
      record(self) {
        const now = target(self);
        return now && bytesOf(now);
      },
      replay(self, _args, bytes) {
        const now = target(self);
        if (now) typedArraySet(bytesOf(now), bytes as Uint8Array);
      },
    },
  };
}
