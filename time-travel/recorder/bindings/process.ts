/** `process_methods` and the copies of its functions that Node put on `process` when it was built. */
import { defineProperty, getOwnPropertyDescriptor } from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { type CallSpec, wrapCall } from '../calls/calls.ts';
import { wrapFunctions } from '../calls/nativeClasses.ts';
import { disguise, replaceFunction } from '../disguise/disguise.ts';
import { flushNow } from '../log/flushing.ts';
import { addSharedArray } from '../memory/sharedArrays.ts';
import { exchangeFact } from '../start/facts.ts';
import { internalBinding, Module, type NativeFunction } from '../start/natives.ts';

const METHODS = [
  'umask',
  'memoryUsage',
  'constrainedMemory',
  'availableMemory',
  'rss',
  'cpuUsage',
  'threadCpuUsage',
  'resourceUsage',
  '_kill',
  'cwd',
  'chdir',
  'uptime',
  '_getActiveRequests',
  '_getActiveHandles',
  'getActiveResourcesInfo',
  'loadEnvFile',
  '_debugEnd',
  '_debugProcess',
] as const;
/** Natives that `process` holds itself. */
const COPIED = [
  'uptime',
  '_getActiveRequests',
  '_getActiveHandles',
  'getActiveResourcesInfo',
  'constrainedMemory',
  'availableMemory',
  '_kill',
  '_debugEnd',
  '_debugProcess',
] as const;
/** Library functions on `process` that took their native when Node was built: wrapped as they are. */
const CLOSURES = ['cpuUsage', 'threadCpuUsage', 'resourceUsage', 'memoryUsage'] as const;
const FILLED: readonly string[] = ['memoryUsage', 'cpuUsage', 'threadCpuUsage', 'resourceUsage'];
/** Facts about the process that its replay takes over. */
const IDENTITY = ['pid', 'ppid', 'title', 'execPath', 'debugPort'] as const;

export function installProcess(): void {
  const methods = internalBinding('process_methods') as Record<string, NativeFunction>;
  const hrtime = addSharedArray((methods as unknown as { hrtimeBuffer: ArrayBufferView }).hrtimeBuffer);
  wrapFunctions('process_methods', ['hrtime', 'hrtimeBigInt'], () => ({ shared: [hrtime] }));
  wrapFunctions('process_methods', METHODS, specOf);
  const target = process as unknown as Record<string, NativeFunction>;
  for (const name of COPIED) if (target[name]) replaceFunction(process, name, methods[name]!);
  for (const name of CLOSURES) {
    const original = target[name];
    if (!original) continue;
    const wrapped = disguise(wrapCall(original, `process.${name}`), original);
    if (name === 'memoryUsage') {
      const { rss } = original as unknown as { rss: NativeFunction };
      Object.assign(wrapped, { rss: wrapCall(rss, 'process.rss') });
    }
    replaceFunction(process, name, wrapped);
  }
  const { execPath } = process;
  for (const name of IDENTITY) takeOver(name);
  // Node looks for modules beside its own executable, too.
  if (process.execPath !== execPath) (Module as unknown as { _initPaths(): void })._initPaths();
}

function specOf(name: string): CallSpec | undefined {
  if (name === '_kill') return { before: () => recording() && flushNow() };
  if (!FILLED.includes(name)) return undefined;
  return {
    fill: (args) => {
      const values = args[0] as ArrayBufferView;
      return [{ view: values, offset: 0, length: values.byteLength }];
    },
  };
}

function takeOver(name: (typeof IDENTITY)[number]): void {
  const value = exchangeFact(process[name]);
  if (recording()) return;
  const { enumerable = true, writable = true } = getOwnPropertyDescriptor(process, name) ?? {};
  defineProperty(process, name, { value, writable, configurable: true, enumerable });
}
