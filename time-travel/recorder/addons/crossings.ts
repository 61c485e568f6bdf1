/** Calls of the program into a native addon: logged with their result, answered from the log in replay. */
import { Entry, Flag, KIND_MASK } from '../../recording/entryKinds.ts';
import {
  getPrototypeOf,
  objectCreate,
  reflectApply,
  reflectConstruct,
  setPrototypeOf,
} from '../../recording/safeBuiltins.ts';
import { asyncIdCounter, setAsyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { recording, state } from '../boundaryState.ts';
import { idOf } from '../calls/identities.ts';
import { hideWrapper } from '../calls/recordCall.ts';
import { deliver, isEmit } from '../events/delivery.ts';
import { afterCrossing } from '../log/flushing.ts';
import { afterReplayed, describeNext, diverge, ReplayStopped } from '../replaying/divergence.ts';
import { refuseCrossing, standingStill } from '../replaying/questions.ts';
import { crossedCall } from '../replaying/replayCrossings.ts';
import type { NativeClass } from '../start/natives.ts';
import { applyChanges, bytesBefore, type Change, changesOf, keepParts, writableParts } from './changes.ts';
import { lend } from './lent.ts';
import { addForeignObject, canChange, isForeignObject, nativeOf } from './pairs.ts';
import { forgetThrown, passOut } from './passing.ts';
import { receive, tellWritten } from './receiving.ts';
import { enterAddon, leaveAddon } from './results.ts';
import { bodyOf, type Crossing, crossings, fillProperties, makeFixed, type Property } from './shapes.ts';

/** Where a result comes from: it may be the very object that the caller passed. */
const VALUE = -1;
const SELF = -2;
const MADE = 1000;
/** Where the result comes from, what else changed, and the own properties of a new object. */
type More = [origin: number, changes: Change[], own?: Property[]];

/** Gives what the addon's function gives. @throws what it throws */
export function callAddon(crossing: Crossing, self: unknown, args: unknown[]): unknown {
  return recording() ? recordCall(crossing, self, args) : replayCall(crossing, self, args);
}

crossings.call = callAddon;
// With the class that was called with `new`: the addon's own, or one that extends it.
crossings.construct = (crossing, args, newTarget) =>
  recording() ? recordConstruct(crossing, args, newTarget) : replayConstruct(crossing, args, newTarget);

function passArguments(args: readonly unknown[]): unknown[] {
  const passed: unknown[] = [];
  for (let i = 0; i < args.length; i++) passed[i] = passOut(args[i]);
  return passed;
}

/** What the addon made is itself there; an object of the program is not looked into. */
const selfOf = (self: unknown): unknown =>
  (typeof self === 'function' || typeof self === 'object') && self !== null && isForeignObject(self)
    ? (nativeOf(self) ?? self)
    : self;

interface Made {
  result: unknown;
  made: unknown[];
  asyncIds: number;
}

/** Runs the addon; what it throws is logged. */
function runAddon(crossing: Crossing, run: () => unknown): Made {
  const counter = asyncIdCounter();
  const outer = enterAddon();
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    const made = leaveAddon(outer);
    tellWritten();
    logThrow(crossing, error, made.lastIndexOf(error), asyncIdCounter() - counter);
    throw error;
  }
  tellWritten();
  return { result, made: leaveAddon(outer), asyncIds: asyncIdCounter() - counter };
}

function recordCall(crossing: Crossing, self: unknown, args: unknown[]): unknown {
  const passed = passArguments(args);
  const parts = writableParts(self, args);
  const kept = keepParts(parts);
  lend(parts, bytesBefore(kept));
  const { result, made, asyncIds } = runAddon(crossing, () => reflectApply(crossing.native!, selfOf(self), passed));
  const value = receive(result, `${crossing.path}()`);
  const origin = originOf(value, self, args, made);
  const changes = changesOf(kept, (part) => receive(part, crossing.path));
  logReturn(crossing, asyncIds, origin === VALUE ? value : undefined, more(origin, changes));
  return value;
}

const more = (origin: number, changes: Change[]): More | undefined =>
  origin === VALUE && changes.length === 0 ? undefined : [origin, changes];

function originOf(value: unknown, self: unknown, args: readonly unknown[], made: readonly unknown[]): number {
  if (typeof value !== 'object' || value === null) return VALUE;
  if (value === self) return SELF;
  const argument = args.indexOf(value);
  if (argument >= 0) return argument;
  const place = made.lastIndexOf(value);
  return place >= 0 ? MADE + place : VALUE;
}

function recordConstruct(crossing: Crossing, args: unknown[], newTarget: object): object {
  const passed = passArguments(args);
  const parts = writableParts(undefined, args);
  const kept = keepParts(parts);
  lend(parts, bytesBefore(kept));
  const native = crossing.native as unknown as NativeClass;
  const { result, made, asyncIds } = runAddon(crossing, () => reflectConstruct(native, passed, native));
  const object = result as object;
  const changes = changesOf(kept, (part) => receive(part, crossing.path));
  // Another object than a new one: a constructor may give any.
  const isNew = getPrototypeOf(object) === native.prototype;
  if (!isNew) {
    const value = receive(object, crossing.path);
    const origin = originOf(value, undefined, args, made);
    logReturn(crossing, asyncIds, origin === VALUE ? value : undefined, [origin, changes]);
    return value as object;
  }
  const ours = canChange(object) ? object : makeFixed(object);
  setPrototypeOf(ours, (newTarget as NativeClass).prototype);
  addForeignObject(ours);
  idOf(ours);
  const own = bodyOf(object, (value) => receive(value, crossing.path))[2];
  fillProperties(ours, crossing.path, own, object);
  logReturn(crossing, asyncIds, ours !== object, [VALUE, changes, own]);
  return ours;
}

function logReturn({ path }: Crossing, asyncIds: number, value: unknown, extra: More | undefined): void {
  const { writer } = state;
  writer.entry(Entry.return | (extra ? Flag.extra : 0) | (asyncIds > 0 ? Flag.asyncIds : 0));
  const { encoder } = writer;
  encoder.name(path);
  if (asyncIds > 0) encoder.varint(asyncIds);
  encoder.value(value);
  if (extra) encoder.value(extra);
  afterCrossing();
}

/** @param place among the results of the program's functions, or -1 */
function logThrow(crossing: Crossing, error: unknown, place: number, asyncIds: number): void {
  const value = place < 0 ? receive(error, crossing.path) : undefined;
  const { writer } = state;
  writer.entry(Entry.throw | (asyncIds > 0 ? Flag.asyncIds : 0));
  writer.encoder.name(crossing.path);
  if (asyncIds > 0) writer.encoder.varint(asyncIds);
  writer.encoder.value([place, value]);
  afterCrossing();
  if (place < 0) hideWrapper(error, crossing.ours);
  else forgetThrown();
}

interface Answer {
  value: unknown;
  extra: More | undefined;
  made: unknown[];
}

function replayCall(crossing: Crossing, self: unknown, args: unknown[]): unknown {
  if (standingStill()) refuseCrossing(crossing.path);
  passArguments(args);
  const parts = writableParts(self, args);
  lend(parts);
  const { value, extra, made } = readAnswer(crossing, self, args);
  if (!extra) return value;
  applyChanges(parts, extra[1]);
  return resultOf(extra[0], value, self, args, made);
}

function resultOf(origin: number, value: unknown, self: unknown, args: unknown[], made: unknown[]): unknown {
  if (origin === VALUE) return value;
  if (origin === SELF) return self;
  return origin < MADE ? args[origin] : made[origin - MADE];
}

function replayConstruct(crossing: Crossing, args: unknown[], newTarget: object): object {
  if (standingStill()) refuseCrossing(crossing.path);
  passArguments(args);
  const parts = writableParts(undefined, args);
  lend(parts);
  const { value, extra, made } = readAnswer(crossing, undefined, args);
  if (extra) applyChanges(parts, extra[1]);
  if (!extra?.[2]) return resultOf(extra?.[0] ?? VALUE, value, undefined, args, made) as object;
  // The value says whether its prototype could not be changed.
  const object = value ? makeFixed(undefined) : (objectCreate(null) as object);
  setPrototypeOf(object, (newTarget as NativeClass).prototype);
  addForeignObject(object);
  idOf(object);
  fillProperties(object, crossing.path, extra[2]);
  return object;
}

function readAnswer(crossing: Crossing, self: unknown, args: readonly unknown[]): Answer {
  const { path } = crossing;
  const counter = asyncIdCounter();
  const outer = enterAddon();
  const flags = nextAnswer(path);
  const made = leaveAddon(outer);
  const { decoder } = state.reader;
  const logged = decoder.name();
  if (logged !== path) diverge(`call of ${path}`, `return or throw of ${logged}`);
  if (flags & Flag.asyncIds) setAsyncIdCounter(counter + decoder.varint());
  const value = decoder.value();
  crossedCall(path, args, self);
  if ((flags & KIND_MASK) === Entry.throw) {
    const [place, error] = value as [number, unknown];
    afterReplayed();
    if (place >= 0) throw made[place];
    hideWrapper(error, crossing.ours);
    throw error;
  }
  const extra = flags & Flag.extra ? (decoder.value() as More) : undefined;
  afterReplayed();
  return { value, extra, made };
}

/** Delivers what happened within the call. What a function of the program throws is the addon's to handle. */
function nextAnswer(path: string): number {
  for (;;) {
    const kind = state.reader.kind();
    const masked = kind === undefined ? 0 : kind & KIND_MASK;
    if (masked === Entry.return || masked === Entry.throw) return kind!;
    if (masked !== Entry.event || isEmit(state.reader.decoder)) diverge(`call of ${path}`, describeNext(kind));
    try {
      deliver(kind!);
    } catch (error) {
      if (error instanceof ReplayStopped) throw error;
    }
  }
}
