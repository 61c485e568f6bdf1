import {
  type Callable,
  type HeapObject,
  knownText,
  newObject,
  objectValue,
  unknown,
  type Value,
} from '../values/value.ts';
import { applyCallback } from './callbacks.ts';
import type { CallEvent, FunctionInfo, Machine } from './machine.ts';

const makers = new Set([
  'events',
  'events.EventEmitter',
  'EventEmitter',
  'eventemitter3',
  'eventemitter2',
  'eventemitter3.EventEmitter',
  'eventemitter2.EventEmitter2',
  'mitt',
  'nanoevents.createNanoEvents',
  'tiny-emitter',
  '@nestjs/event-emitter.EventEmitter2',
  'rxjs.Subject',
  'rxjs.BehaviorSubject',
  'rxjs.ReplaySubject',
]);
const listening = new Set(['on', 'once', 'addListener', 'prependListener', 'prependOnceListener', 'subscribe']);
const telling = new Set(['emit', 'next', 'emitAsync']);
const MOST = 16;

interface Emitted {
  values: readonly Value[];
  event: CallEvent;
}

/** What is known of one event of an emitter. Files and functions are not read in the order in which they run. */
interface Heard {
  listeners: FunctionInfo[];
  emitted: Emitted[];
}

const heard = new WeakMap<HeapObject, Map<string, Heard>>();

/** `new EventEmitter()` is an object: its listeners are kept with it. */
export function makeEmitter(event: CallEvent): Value | undefined {
  if (!event.refs.some((ref) => makers.has(ref))) return undefined;
  return { ...objectValue(newObject('instance', event.node)), refs: event.refs.map((ref) => `${ref}()`) };
}

/** `emitter.on('name', listener)` and `emitter.emit('name', ...values)`, in whatever files: the listener gets the values. */
export function callEmitter(machine: Machine, event: CallEvent, receiver: Value): Value | undefined {
  const emitter = receiver.object;
  if (emitter?.kind !== 'instance') return undefined;
  const isSubject = event.name === 'next' || event.name === 'subscribe';
  const [first, ...others] = event.arguments;
  const name = isSubject ? 'next' : first && knownText(first);
  const values = isSubject ? event.arguments : others;
  if (name === undefined) return undefined;
  if (listening.has(event.name)) {
    if (!values[0]?.functions) return undefined;
    const { listeners, emitted } = eventOf(emitter, name);
    const fresh = (values[0].functions as readonly FunctionInfo[]).filter((fn) => !listeners.includes(fn));
    if (listeners.length < MOST) listeners.push(...fresh);
    for (const before of emitted) deliver(machine, fresh, before);
    return receiver;
  }
  if (!telling.has(event.name)) return undefined;
  const { listeners, emitted } = eventOf(emitter, name);
  if (emitted.length < MOST && !machine.silent) emitted.push({ values, event });
  deliver(machine, listeners, { values, event });
  return unknown;
}

/** Files that were read anew have other functions: what the old ones heard and said is over. */
function eventOf(emitter: HeapObject, name: string): Heard {
  let events = heard.get(emitter);
  if (!events) {
    events = new Map();
    heard.set(emitter, events);
  }
  const known = events.get(name);
  const current: Heard = {
    listeners: known?.listeners.filter(({ unit }) => !unit.dropped) ?? [],
    emitted: known?.emitted.filter(({ event }) => !event.frame.unit.dropped) ?? [],
  };
  events.set(name, current);
  return current;
}

function deliver(machine: Machine, functions: readonly Callable[], { values, event }: Emitted): void {
  if (functions.length > 0) applyCallback(machine, { taints: [], functions }, values, event);
}
