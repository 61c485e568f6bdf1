/** Native classes: their methods and accessors become boundary calls, their instances get identities. */
import {
  charCodeAt,
  defineProperty,
  getOwnPropertyDescriptor,
  getOwnPropertyNames,
  getPrototypeOf,
  hasOwn,
  isView,
  objectAssign,
  objectCreate,
  objectKeys,
  reflectApply,
  reflectConstruct,
  SafeWeakMap,
  setPrototypeOf,
  startsWith,
} from '../../recording/safeBuiltins.ts';
import { announceResource, constructAgain, enterResource, withoutInitHooks } from '../asyncHooks/asyncContext.ts';
import { asyncIdCounter, setAsyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { recording } from '../boundaryState.ts';
import { exchangeFact } from '../start/facts.ts';
import { type Binding, internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';
import { type CallSpec, isWrapped, wrapCall } from './calls.ts';
import { hookHandlers } from './handlers.ts';
import { addShim, type ClassInfo, emptyHandlers, prepareHandle, registerClass } from './identities.ts';
import { newNote } from './notes.ts';

export type SpecOf = (method: string) => CallSpec | undefined;

export const isNativeClass = (name: string, value: unknown): value is NativeClass =>
  typeof value === 'function' &&
  charCodeAt(name, 0) >= 65 &&
  charCodeAt(name, 0) <= 90 &&
  typeof (value as { prototype?: unknown }).prototype === 'object';

/** Wraps functions of a binding in place; without `names` all that are not classes. */
export function wrapFunctions(bindingName: string, names?: readonly string[], specOf?: SpecOf): void {
  const binding = internalBinding(bindingName);
  const wanted = names ?? objectKeys(binding);
  for (let i = 0; i < wanted.length; i++) {
    const name = wanted[i]!;
    const native = binding[name];
    if (typeof native !== 'function' || isNativeClass(name, native) || isWrapped(native)) continue;
    const value = wrapCall(native as NativeFunction, `${bindingName}.${name}`, { ...specOf?.(name), free: true });
    defineProperty(binding, name, { ...getOwnPropertyDescriptor(binding, name), value, writable: true });
  }
}

const visited = new SafeWeakMap<object, true>();

interface Patch {
  className: string;
  leaf: object;
  specOf: SpecOf | undefined;
}

/** From the base (AsyncWrap, HandleWrap, LibuvStreamWrap ...) to the leaf: each prototype once. */
function wrapPrototype(prototype: object | null, patch: Patch): void {
  if (prototype === null || prototype === Object.prototype) return;
  wrapPrototype(getPrototypeOf(prototype), patch);
  const names = getOwnPropertyNames(prototype);
  // Accessors of StreamBase cannot be redefined where they are: the leaf shadows them.
  if (prototype !== patch.leaf) {
    for (let i = 0; i < names.length; i++) shadowAccessor(prototype, patch.leaf, names[i]!, patch.className);
  }
  if (visited.has(prototype)) return;
  visited.set(prototype, true);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (name !== 'constructor' && !startsWith(name, 'on')) wrapMember(prototype, name, patch);
  }
}

function shadowAccessor(from: object, onto: object, name: string, className: string): void {
  const descriptor = getOwnPropertyDescriptor(from, name)!;
  if (!descriptor.get || descriptor.configurable || startsWith(name, 'on') || hasOwn(onto, name)) return;
  const get = wrapCall(descriptor.get, `${className}.get ${name}`);
  defineProperty(onto, name, { configurable: true, enumerable: false, get, set: descriptor.set });
}

function wrapMember(prototype: object, name: string, { className, specOf }: Patch): void {
  const descriptor = getOwnPropertyDescriptor(prototype, name)!;
  if (isWrapped(descriptor.get ?? descriptor.value)) return;
  if (descriptor.get) {
    if (!descriptor.configurable) return;
    const get = wrapCall(descriptor.get, `${className}.get ${name}`);
    defineProperty(prototype, name, {
      configurable: true,
      enumerable: !!descriptor.enumerable,
      get,
      set: descriptor.set,
    });
  } else if (typeof descriptor.value === 'function') {
    const value = wrapCall(descriptor.value, `${className}.${name}`, specOf?.(name));
    defineProperty(prototype, name, { ...descriptor, value });
  }
}

export interface ClassOptions {
  specOf?: SpecOf;
  /** Arrays in which its events leave results. */
  shared?: readonly number[];
  /** False for classes whose objects are real in replay, too, or that only native code constructs. */
  constructed?: boolean;
  /** False when its handlers are no properties. */
  handlers?: boolean;
  /** Gives what takes the place of its constructor, where its objects are not all alike. */
  constructorOf?: (info: ClassInfo) => NativeFunction;
}

/** Puts every class of a binding (or the named ones) behind the boundary. */
export function wrapClasses(bindingName: string, names?: readonly string[], options: ClassOptions = {}): void {
  const binding = internalBinding(bindingName);
  const wanted = names ?? objectKeys(binding);
  for (let i = 0; i < wanted.length; i++) {
    const name = wanted[i]!;
    const type = binding[name];
    if (isNativeClass(name, type)) wrapClass(binding, name, type, options);
  }
}

function wrapClass(binding: Binding, name: string, type: NativeClass, options: ClassOptions): void {
  const info = wrapClassOf(type, name, options);
  // Requests for files are made for real in replay, too; their handles only by native code.
  info.standsIn = options.constructed !== false || name === 'FileHandle';
  if (options.constructed !== false) binding[name] = (options.constructorOf ?? replaceConstructor)(info);
}

/** Puts the objects of a class behind the boundary; those that JavaScript constructs need `wrapClasses`. */
export function wrapClassOf(type: NativeClass, name: string, options: ClassOptions = {}): ClassInfo {
  const info: ClassInfo = { name, type, shared: options.shared, shim: undefined };
  registerClass(info);
  wrapPrototype(type.prototype, { className: name, leaf: type.prototype, specOf: options.specOf });
  if (options.handlers !== false) hookHandlers(type.prototype);
  makeShim(info);
  return info;
}

/**
 * Some prototypes have accessors that can be neither redefined nor shadowed on a subclass (TLSWrap, FileHandle, UDP):
 * every instance gets a prototype of ours in front of the real one.
 */
function makeShim(info: ClassInfo): void {
  const { prototype } = info.type;
  const names = getOwnPropertyNames(prototype);
  const fixed: string[] = [];
  for (let i = 0; i < names.length; i++) {
    const descriptor = getOwnPropertyDescriptor(prototype, names[i]!);
    if (descriptor?.get && !descriptor.configurable) fixed[fixed.length] = names[i]!;
  }
  if (fixed.length === 0) return;
  const shim = objectCreate(prototype) as object;
  for (let i = 0; i < fixed.length; i++) {
    const name = fixed[i]!;
    if (startsWith(name, 'on')) continue;
    const { get } = getOwnPropertyDescriptor(prototype, name)!;
    defineProperty(shim, name, { configurable: true, get: wrapCall(get!, `${info.name}.get ${name}`) });
  }
  hookHandlers(shim);
  defineProperty(shim, 'constructor', { value: info.type, configurable: true, writable: true });
  addShim(info, shim);
}

/** What a native constructor does besides making the object, learned from the first one of its kind. */
export interface Template {
  properties: Record<string, unknown>;
  asyncIds: number;
  /** Name of its kind for `async_hooks`; empty when it is no asynchronous resource. */
  provider: string;
}

/** The first argument of some says what is made: a socket or a server. */
function kindOf(args: readonly unknown[]): number {
  const first = args[0];
  return typeof first === 'number' && first >= 0 && first < 8 && first % 1 === 0 ? first + 1 : 0;
}

function replaceConstructor(info: ClassInfo): NativeFunction {
  const templates: Template[] = [];
  const emptyOfKind: string[][] = [];
  const { type } = info;
  const replacement: (args: unknown[]) => object = recording()
    ? (args) => {
        const kind = kindOf(args);
        if (templates[kind]) {
          const object = constructAgain(type, args) as Record<string, unknown>;
          newNote(object).info = info;
          prepareHandle(object, info, emptyOfKind[kind]);
          return object;
        }
        const counter = asyncIdCounter();
        // What hooks of the program do would be logged before the template, which replay needs first.
        const object = withoutInitHooks(() => reflectConstruct(type, args, type)) as Record<string, unknown>;
        const asyncIds = asyncIdCounter() - counter;
        const template: Template = { properties: plainProperties(object), asyncIds, provider: providerOf(object) };
        templates[kind] = template;
        exchangeFact(template);
        emptyOfKind[kind] = emptyHandlers(object);
        prepareHandle(object, info);
        if (asyncIds > 0) announceResource(object, template.provider);
        return object;
      }
    : (args) => {
        const kind = kindOf(args);
        templates[kind] ??= exchangeFact(undefined) as Template;
        const template = templates[kind]!;
        const object = objectCreate(type.prototype) as Record<string, unknown>;
        setAsyncIdCounter(asyncIdCounter() + template.asyncIds);
        assignProperties(object, template.properties);
        prepareHandle(object, info);
        if (template.asyncIds > 0) enterResource(object, template.provider);
        return object;
      };
  const Constructor = function (this: unknown, ...args: unknown[]) {
    return replacement(args);
  };
  Constructor.prototype = type.prototype;
  setPrototypeOf(Constructor, getPrototypeOf(type));
  defineProperty(Constructor, 'name', { value: info.name, configurable: true });
  return Constructor;
}

const { Providers } = internalBinding('async_wrap') as { Providers: Record<string, number> };
const providerNames: string[] = [];
for (const name of objectKeys(Providers)) providerNames[Providers[name]!] = name;

/** Taken before anything is patched. */
const { getProviderType } = (internalBinding('fs').FSReqCallback as NativeClass).prototype as Record<
  string,
  NativeFunction
>;

function providerOf(object: object): string {
  try {
    return providerNames[reflectApply(getProviderType!, object, []) as number] ?? '';
  } catch {
    return '';
  }
}

/** Replay: each object has views of its own. */
function assignProperties(object: Record<string, unknown>, properties: Record<string, unknown>): void {
  objectAssign(object, properties);
  const keys = objectKeys(properties);
  for (let i = 0; i < keys.length; i++) {
    const value = properties[keys[i]!];
    if (isView(value)) object[keys[i]!] = reflectConstruct(value.constructor as typeof Uint8Array, [value]);
  }
}

export function plainProperties(object: Record<string, unknown>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  const keys = objectKeys(object);
  for (let i = 0; i < keys.length; i++) {
    const value = object[keys[i]!];
    const isPlain = value === null || (typeof value !== 'object' && typeof value !== 'function');
    if (isPlain || isView(value)) plain[keys[i]!] = value;
  }
  return plain;
}
