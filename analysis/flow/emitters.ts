import { type Callable, knownText, newObject, objectValue, unknown, type Value } from '../values/value.ts';
import { applyCallback } from './callbacks.ts';
import type { CallEvent, Machine } from './machine.ts';

const makers = new Set(['events', 'events.EventEmitter', 'EventEmitter', 'eventemitter3', 'eventemitter2', 'mitt']);
const listening = new Set(['on', 'once', 'addListener', 'prependListener', 'prependOnceListener']);
const MOST_EMITS = 8;

/** What was emitted before its listeners were seen: files and functions are not read in the order in which they run. */
const emitted = new WeakMap<object, Map<string, (readonly Value[])[]>>();

/** `new EventEmitter()` is an object: its listeners are kept on it. */
export function makeEmitter(event: CallEvent): Value | undefined {
  if (!event.refs.some((ref) => makers.has(ref))) return undefined;
  return { ...objectValue(newObject('instance', event.node)), refs: event.refs.map((ref) => `${ref}()`) };
}

/** `emitter.on('name', listener)` and `emitter.emit('name', ...values)`: the listener gets the values. */
export function callEmitter(machine: Machine, event: CallEvent, receiver: Value): Value | undefined {
  const [first, ...values] = event.arguments;
  const name = first && knownText(first);
  const emitter = receiver.object;
  // One that another file made may outlive what this file says of it.
  if (name === undefined || emitter?.node?.getSourceFile() !== event.node.getSourceFile()) return undefined;
  const key = `on ${name}`;
  if (listening.has(event.name)) {
    const listener = values[0];
    if (!listener?.functions) return undefined;
    const known = emitter.properties.get(key)?.functions ?? [];
    const fresh = listener.functions.filter((callable) => !known.includes(callable));
    emitter.properties.set(key, { taints: [], functions: [...known, ...fresh] });
    for (const given of emitted.get(emitter)?.get(name) ?? []) deliver(machine, fresh, given, event);
    return receiver;
  }
  if (event.name !== 'emit') return undefined;
  const events = emitted.get(emitter) ?? new Map<string, (readonly Value[])[]>();
  emitted.set(emitter, events);
  const given = events.get(name) ?? [];
  if (given.length < MOST_EMITS) events.set(name, [...given, values]);
  deliver(machine, emitter.properties.get(key)?.functions ?? [], values, event);
  return unknown;
}

function deliver(machine: Machine, functions: readonly Callable[], values: readonly Value[], event: CallEvent): void {
  applyCallback(machine, { taints: [], functions }, values, event);
}
