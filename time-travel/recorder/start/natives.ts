/**
 * Node's native functions as they are before the boundary is armed. The recorder's own I/O goes through these: whatever
 * the program later reaches under the same names is wrapped.
 */
import { reflectApply, subarray } from '../../recording/safeBuiltins.ts';
import { reachInternalBinding } from './reachInternalBinding.ts';

export type NativeFunction = (this: unknown, ...args: unknown[]) => unknown;
export type NativeClass = { new (...args: unknown[]): object; prototype: object; name: string };
/** The object that `internalBinding(name)` gives. */
export type Binding = Record<string, unknown>;

/** The bundle is preloaded as CommonJS with --expose-internals: `internal/...` modules can be required until that is undone. */
const preloadRequire: NodeJS.Require = require;

interface BuiltinModule {
  compileForInternalLoader(): unknown;
  loaded: boolean;
  loading: boolean;
  /** Names that ES modules can import, taken when a program first loads the module. */
  exportKeys?: string[] | undefined;
  /** What ES modules import, made when one first does. */
  module?: unknown;
  exports: object;
  /** Brings the values that ES modules have imported up to date. */
  syncExports?(): void;
}

/** Node's registry of its own modules (`internal/bootstrap/realm`). */
export interface BuiltinModules {
  map: Map<string, BuiltinModule>;
  canBeRequiredByUsers(id: string): boolean;
  allowRequireByUsers(id: string): void;
  setRealmAllowRequireByUsers(ids: string[]): void;
}

/** The class itself cannot be required even with --expose-internals; one of its instances can be reached. */
function reachBuiltinModules(): BuiltinModules {
  const { loadBuiltinModule } = preloadRequire('internal/modules/helpers') as {
    loadBuiltinModule(id: string): BuiltinModule;
  };
  // Any that is loaded will do, and is then as if nobody had asked.
  const builtin = loadBuiltinModule('path');
  if (!builtin.module) builtin.exportKeys = undefined;
  return builtin.constructor as unknown as BuiltinModules;
}

export const internalBinding = reachInternalBinding(preloadRequire) as (name: string) => Binding;
/** What Node's library has taken of the language before any program ran. */
export const { primordials } = preloadRequire('internal/test/binding') as { primordials: object };
export const builtinModules = reachBuiltinModules();

/** Node's own require: reaches internal modules at any time and leaves no trace in the program's loader. */
export function nodeRequire<Exports>(id: string): Exports {
  // The program is to load this one itself, with the warning that comes with it.
  if (id === 'internal/test/binding') return { internalBinding } as Exports;
  const builtin = builtinModules.map.get(id);
  if (!builtin) throw new Error(`Node ${process.version} has no module ${id}.`);
  return builtin.compileForInternalLoader() as Exports;
}

/** The class behind `node:module`, without loading that: a program that does not use it shall not pay for it. */
export const Module = nodeRequire<{ Module: typeof import('node:module') }>('internal/modules/cjs/loader').Module;

export const nodeMajor = Number(process.versions.node.split('.')[0]);

const fs = internalBinding('fs') as Record<string, NativeFunction>;
const processMethods = internalBinding('process_methods') as Record<string, NativeFunction>;
const performanceBinding = internalBinding('performance') as { now(): number };
const EAGAIN = (internalBinding('uv') as unknown as { UV_EAGAIN: number }).UV_EAGAIN;
const { open, close, read, writeBuffer, ftruncate, fstat, mkdir, rename, unlink } = fs;
const { reallyExit, _kill } = processMethods;
const { now } = performanceBinding;

/** What the recorder and the replay engine use of the operating system, beneath the boundary. */
export interface RealNatives {
  /** Opens a file; flags and mode as in open(2). @throws an error of the file system. */
  open(path: string, flags: number, mode: number): number;
  close(fd: number): void;
  /** Length of an open file in bytes. */
  size(fd: number): number;
  /** Reads at a position; gives fewer bytes only at the end of the file. */
  read(fd: number, into: Uint8Array, position: number): number;
  /**
   * Writes all bytes, at a position or (null) where the descriptor stands. Waits while a pipe is full, and calls `waiting`
   * each time that it looks again.
   */
  write(fd: number, bytes: Uint8Array, position: number | null, waiting?: () => void): void;
  truncate(fd: number, length: number): void;
  mkdir(path: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Milliseconds since the process started, monotonic. */
  now(): number;
  /** Ends the process with the loop's and the platform's clean-up. */
  exit(code: number): never;
  kill(pid: number, signal: number): number;
  /** Loads a native addon. */
  dlopen: typeof process.dlopen;
  internalBinding(name: string): Binding;
}

const { dlopen } = process;
const { wait: atomicsWait } = Atomics;
const pause = new Int32Array(new SharedArrayBuffer(4));
const O_CREAT_NEW = 0o100;

export const realNatives: RealNatives = {
  open: (path, flags, mode) => reflectApply(open!, fs, [path, flags, mode]) as number,
  close: (fd) => {
    reflectApply(close!, fs, [fd]);
  },
  size: (fd) => (reflectApply(fstat!, fs, [fd, false]) as Float64Array)[8]!,
  read: (fd, into, position) => reflectApply(read!, fs, [fd, into, 0, into.length, position]) as number,
  write(fd, bytes, position, waiting) {
    let done = 0;
    while (done < bytes.length) {
      const context: { errno?: number } = {};
      const rest = subarray(bytes, done, bytes.length);
      const at = position === null ? null : position + done;
      const count = reflectApply(writeBuffer!, fs, [fd, rest, 0, rest.length, at, undefined, context]);
      // What cannot be written gives a negative number and its reason in the context; nothing is thrown.
      if (context.errno === undefined) done += count as number;
      else if (context.errno !== EAGAIN) throw context;
      else {
        waiting?.();
        atomicsWait(pause, 0, 0, 1);
      }
    }
  },
  truncate: (fd, length) => {
    reflectApply(ftruncate!, fs, [fd, length]);
  },
  mkdir: (path) => {
    reflectApply(mkdir!, fs, [path, 0o777, true]);
  },
  rename: (from, to) => {
    reflectApply(rename!, fs, [from, to]);
  },
  unlink: (path) => {
    reflectApply(unlink!, fs, [path]);
  },
  now: () => now(),
  exit(code) {
    reflectApply(reallyExit!, process, [code]);
    // A worker thread is ended where JavaScript next looks whether it is to stop.
    for (;;);
  },
  kill: (pid, signal) => reflectApply(_kill!, process, [pid, signal]) as number,
  dlopen: (module, filename, flags) => reflectApply(dlopen, process, [module, filename, flags]),
  internalBinding,
};

export const WRITE_NEW = 1 | O_CREAT_NEW | 0o1000;
/** Fails when the file exists. */
export const WRITE_EXCLUSIVE = 1 | O_CREAT_NEW | 0o200;
export const APPEND = 1 | O_CREAT_NEW | 0o2000;
export const READ_ONLY = 0;
