/**
 * Replay: native code that would reach outside, or that this Apex does not know, is never called. The replay stops there
 * and names it.
 */
import {
  defineProperty,
  getOwnPropertyDescriptor,
  hasOwn,
  objectKeys,
  regExpExec,
  SafeMap,
  startsWith,
  stringSlice,
  stringSplit,
} from '../../recording/safeBuiltins.ts';
import { type BindingClasses, CLASSIFICATION } from '../bindings/classification.ts';
import { disguise } from '../disguise/disguise.ts';
import { type Binding, internalBinding, type NativeFunction } from '../start/natives.ts';
import { isWrapped } from './calls.ts';
import { refuse } from './refuse.ts';

const REASONS = {
  refused: 'it reaches outside beneath JavaScript',
  unknown: 'this Apex does not know what it does',
};

function refusal(name: string, reason: string): NativeFunction {
  return function refused(this: unknown) {
    return refuse(name, reason);
  };
}

/** Classes that are pure as long as they keep to memory, and which of their arguments is the file. */
const IN_MEMORY: Record<string, number> = { 'webstorage.Storage': 1 };

const classNames = (classes: BindingClasses, kind: keyof BindingClasses): string[] =>
  classes[kind] ? stringSplit(classes[kind], ' ') : [];

const KINDS = ['recorded', 'pure', 'real', 'refused'] as const;

/** Export name to what becomes of it, for one binding. */
function kindsOf(binding: string): SafeMap<string, keyof BindingClasses> {
  const kinds = new SafeMap<string, keyof BindingClasses>();
  const classes = hasOwn(CLASSIFICATION, binding) ? CLASSIFICATION[binding]! : {};
  for (let k = 0; k < KINDS.length; k++) {
    const kind = KINDS[k]!;
    const names = classNames(classes, kind);
    for (let i = 0; i < names.length; i++) kinds.set(names[i]!, kind);
  }
  return kinds;
}

const guarded = new SafeMap<string, true>();

/** Puts a refusal in the place of each export that replay must not call. */
export function guardBinding(name: string): void {
  if (guarded.get(name)) return;
  guarded.set(name, true);
  const binding = bindingOf(name);
  if (!binding) return;
  const kinds = kindsOf(name);
  const exported = objectKeys(binding);
  for (let i = 0; i < exported.length; i++) {
    const key = exported[i]!;
    const value = binding[key];
    if (typeof value !== 'function' || isWrapped(value)) continue;
    const kind = kinds.get(key);
    const full = `${name}.${key}`;
    if (kind === undefined) replace(binding, key, refusal(full, REASONS.unknown));
    else if (kind === 'refused') replace(binding, key, refusal(full, REASONS.refused));
    else if (hasOwn(IN_MEMORY, full)) replace(binding, key, onlyInMemory(value as NativeFunction, full));
  }
}

function bindingOf(name: string): Binding | undefined {
  if (startsWith(name, 'internal_only')) return undefined;
  try {
    return internalBinding(name);
  } catch {
    return undefined;
  }
}

function replace(binding: Binding, key: string, value: unknown): void {
  defineProperty(binding, key, { value, writable: true, configurable: true, enumerable: true });
}

function onlyInMemory(type: NativeFunction, name: string): unknown {
  const place = IN_MEMORY[name]!;
  const proxy = new Proxy(type, {
    construct(target, args, newTarget) {
      const file: unknown = args[place];
      if (file !== undefined && file !== '' && file !== ':memory:') refuse(name, `it opens the file ${String(file)}`);
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
  const { prototype } = type as unknown as { prototype: object };
  const value = disguise(proxy, type);
  defineProperty(prototype, 'constructor', { ...getOwnPropertyDescriptor(prototype, 'constructor'), value });
  return value;
}

/** The bindings that a module of Node's library uses are guarded before it is loaded. */
export function guardModule(id: string): void {
  let rest = sourceOf(id);
  for (;;) {
    const match = regExpExec(/internalBinding\(\s*'(\w+)'/, rest) as (RegExpExecArray & { index: number }) | null;
    if (match === null) return;
    guardBinding(match[1]!);
    rest = stringSlice(rest, match.index + 16);
  }
}

/** Node makes strings of all its sources when it is first asked: milliseconds that only a replay spends. */
let sources: Record<string, string> | undefined;

function sourceOf(id: string): string {
  sources ??= (internalBinding('builtins') as { natives: Record<string, string> }).natives;
  return typeof sources[id] === 'string' ? sources[id] : '';
}

/** What Node made when it started has been taken by modules already; what is taken of it later is guarded. */
export function guardPresentBindings(): void {
  const { moduleLoadList: loaded } = process as unknown as { moduleLoadList: string[] };
  for (let i = 0; i < loaded.length; i++) {
    if (startsWith(loaded[i]!, BINDING)) guardBinding(stringSlice(loaded[i]!, BINDING.length));
  }
}
const BINDING = 'Internal Binding ';
