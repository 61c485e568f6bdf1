import { createConsole } from './consoleObject.ts';
import { createCalls, type Send } from './dispatcher.ts';
import { createLibrary } from './library/builtins.ts';
import { createModuleDoors, type LoadSync } from './moduleDoors.ts';
import { createModuleVersions } from './moduleVersions.ts';
import { plain, receive, receiveAll, type World } from './receive.ts';
import { decodeState } from './stateCodec.ts';
import { createStateRegistry } from './stateRegistry.ts';
import { steadyWorld } from './steadyWorld.ts';
import { createSwap } from './swap.ts';
import { createTimers } from './timers.ts';
import type { Boot, ToGuest } from './wire.ts';

/** The way in: the worker calls it for each timer, reply and question. Gives a text only for `state` and `swapCommit`. */
export type Enter = (
  kind: 'timer' | 'deliver' | 'deliverAll' | 'state' | 'importFailed' | 'swapBegin' | 'swapCommit' | 'swapRollback',
  text: string,
  number: number,
) => string | undefined;

/** Globals that let a guest get around limits; removed before guest code runs. Nothing brings them back: there is no second realm. */
const REMOVED = ['WebAssembly', 'SharedArrayBuffer', 'Atomics'];

/**
 * Builds the guest's world inside a fresh context. Runs before any guest code, so the built-ins it captures are the real ones;
 * what is made later of the library may meet others, and does nothing that guest code could not do itself.
 * @param send the only function of the host
 * @param loadSync waits for a module's source, for `require`
 * @param boot what the supervisor says about this sandbox, as JSON
 * @param tellAnswer the answer to a question, said without waiting for the host; without it `send` says it
 */
export function start(send: Send, loadSync: LoadSync, boot: string, tellAnswer?: (body: string) => void): Enter {
  const { mode, pendingCalls, live, seed, state: kept } = JSON.parse(boot) as Boot;
  if (seed !== undefined) steadyWorld(askClock(send), seed);
  if (mode === 'isolation') removeDangerousGlobals();
  const registry = createStateRegistry();
  if (kept) registry.restore(decodeState(kept));
  const calls = createCalls(send, pendingCalls);
  const timers = createTimers(send, 10_000);
  const origin = Date.now();
  const now = () => Date.now() - origin;
  const library = createLibrary(send, calls, registry, now);
  const versions = live ? createModuleVersions() : undefined;
  const doors = createModuleDoors(send, loadSync, library.modules, versions);
  const swap = versions && createSwap(versions, doors, registry, timers);
  let finished = false;
  const done = (namespace: { default?: unknown }) => {
    if (finished) return;
    finished = true;
    send('done', JSON.stringify({ t: 'done', value: plain(namespace.default) }), 0);
  };
  defineGlobals({ console: createConsole(send, now), ...timers.globals, ...library.globals, ...doors.globals });
  defineGlobals({ __apexDone: done, self: globalThis });
  for (const [name, load] of Object.entries(library.lazyGlobals)) defineLazily(name, load);
  defineLazily('Buffer', () => (doors.globals.__apexRequire as Require)('buffer').Buffer);
  const world: World = { send: mute, calls, registry };
  const enter: Enter = (kind, text, number) => {
    if (kind === 'timer') timers.fire(number);
    else if (kind === 'state') return JSON.stringify(registry.read());
    else if (kind === 'deliverAll') receiveAll(text, world);
    else if (kind === 'swapBegin') swap?.begin(JSON.parse(text) as string[]);
    else if (kind === 'swapCommit') return JSON.stringify(swap?.commit() ?? {});
    else if (kind === 'swapRollback') swap?.rollback();
    else if (kind === 'importFailed') doors.importSettled(number, { error: JSON.parse(text) });
    else receive(JSON.parse(text) as ToGuest, world);
    return undefined;
  };
  // A first question, whose answer nobody hears: the next one, somebody's, finds its way compiled.
  enter('deliverAll', FIRST_QUESTION, 0);
  world.send = send;
  world.tellAnswer = tellAnswer;
  return enter;
}

const mute: Send = () => undefined;
const FIRST_QUESTION = JSON.stringify([JSON.stringify({ t: 'evaluate', id: 0, code: '0' } satisfies ToGuest)]);

/** Milliseconds since the epoch, as the host has them. */
function askClock(send: Send): () => number {
  const request = JSON.stringify(['now', null]);
  return () => Number(send('local', request, 0));
}

/** Names with two underscores are the runtime's own doors: neither changed nor seen in a loop over the globals. */
function defineGlobals(values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    const open = !name.startsWith('__');
    Object.defineProperty(globalThis, name, { value, writable: open, configurable: open, enumerable: false });
  }
}

type Require = (specifier: string) => Record<string, unknown>;

/** A global that most programs never ask for: loaded when one does. */
function defineLazily(name: string, load: () => unknown): void {
  const become = (value: unknown) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  Object.defineProperty(globalThis, name, {
    get() {
      const value = load();
      become(value);
      return value;
    },
    set: become,
    configurable: true,
    enumerable: false,
  });
}

function removeDangerousGlobals(): void {
  for (const name of REMOVED) Reflect.deleteProperty(globalThis, name);
  // A resizable buffer grows outside the memory that isolated-vm counts.
  Reflect.deleteProperty(ArrayBuffer.prototype, 'resize');
}
