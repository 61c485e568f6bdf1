/** What Node's native code measures of itself (heap, delays of the loop, profiles), and what it opens or writes for that. */
import { objectKeys, reflectApply, startsWith } from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { wrapCall } from '../calls/calls.ts';
import { wrapClasses, wrapFunctions } from '../calls/nativeClasses.ts';
import { disguise, replaceFunction } from '../disguise/disguise.ts';
import { flushNow } from '../log/flushing.ts';
import { addSharedArray } from '../memory/sharedArrays.ts';
import { printing } from '../output/nativeOutput.ts';
import { beforeLoading } from '../start/builtinLoading.ts';
import { exchangeFact } from '../start/facts.ts';
import { internalBinding, type NativeFunction, nodeRequire } from '../start/natives.ts';
import { installDebugging } from './debugging.ts';
import { methodNames, wrapMethods } from './foreignHandles.ts';
import { wrapOwnSnapshots } from './measurements.ts';

export function installMachine(): void {
  beforeLoading(['v8', 'internal/v8/heap_profile', 'internal/test_runner/coverage'], installHeap);
  beforeLoading(['internal/perf/event_loop_delay'], installLoopDelay);
  installDebugging();
  beforeLoading(['internal/process/report'], installReports);
  wrapFunctions('contextify', ['startSigintWatchdog', 'stopSigintWatchdog', 'watchdogHasPendingSigint']);
  beforeLoading(['module'], installCompileCache);
  const { execve } = process as unknown as Record<string, NativeFunction | undefined>;
  const before = () => {
    if (recording()) flushNow();
  };
  if (execve) replaceFunction(process, 'execve', wrapCall(execve, 'process.execve', { before }));
}

/** What the settings are changed to is not asked of a report that nobody writes. */
function installReports(): void {
  const getters = objectKeys(internalBinding('report'));
  const names: string[] = [];
  for (let i = 0; i < getters.length; i++) {
    // `domain` asks for this one before the event in which it does.
    if (getters[i] === 'shouldReportOnUncaughtException') continue;
    if (startsWith(getters[i]!, 'get') || startsWith(getters[i]!, 'should')) names[names.length] = getters[i]!;
  }
  wrapFunctions('report', names);
  wrapFunctions('report', ['writeReport'], () =>
    printing((file) => (typeof file === 'string' ? reportText(file) : '')),
  );
}

/** As `TriggerNodeReport` in Node's node_report.cc. */
const reportText = (file: string): string => `\nWriting Node.js report to file: ${file}\nNode.js report completed\n`;

/** Each statistic is left in an array that JavaScript reads. */
const HEAP_STATISTICS = {
  updateHeapStatisticsBuffer: 'heapStatisticsBuffer',
  updateHeapCodeStatisticsBuffer: 'heapCodeStatisticsBuffer',
  updateHeapSpaceStatisticsBuffer: 'heapSpaceStatisticsBuffer',
};

function installHeap(): void {
  const v8 = internalBinding('v8');
  const names = objectKeys(HEAP_STATISTICS) as (keyof typeof HEAP_STATISTICS)[];
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const shared = [addSharedArray(v8[HEAP_STATISTICS[name]] as ArrayBufferView)];
    wrapFunctions('v8', [name], () => ({ shared }));
  }
  const profiles = ['startCpuProfile', 'stopCpuProfile', 'startHeapProfile', 'stopHeapProfile'];
  const limits = ['setHeapSnapshotNearHeapLimit', 'setHeapProfileNearHeapLimit'];
  wrapFunctions('v8', ['getCppHeapStatistics', 'getHashSeed', ...profiles, ...limits]);
  wrapClasses('v8', ['GCProfiler'], { handlers: false });
  wrapFunctions('profiler', ['takeCoverage', 'stopCoverage']);
  wrapOwnSnapshots();
  wrapFunctions('heap_utils', ['createHeapSnapshotStream', 'triggerHeapSnapshot']);
}

/** The native histogram has its methods on each object. It is real in replay too, but nobody asks it. */
function installLoopDelay(): void {
  const binding = internalBinding('performance') as Record<string, NativeFunction>;
  const create = binding.createELDHistogram!;
  binding.createELDHistogram = function (this: unknown, ...args: unknown[]) {
    const histogram = reflectApply(create, this, args) as object;
    wrapMethods(histogram, 'IntervalHistogram', methodNames(histogram));
    return histogram;
  };
}

/** A replay writes no compiled code: the cache is never on there, but says what it said. */
function installCompileCache(): void {
  const library = nodeRequire<Record<string, NativeFunction | undefined>>('internal/modules/helpers');
  const { enableCompileCache: enable } = library;
  if (enable) library.enableCompileCache = disguise(enablingCompileCache(enable), enable);
  const names = ['getCompileCacheDir', 'flushCompileCache'];
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const original = library[name];
    if (original) library[name] = disguise(wrapCall(original, `module.${name}`), original);
  }
}

const DISABLING = 'NODE_DISABLE_COMPILE_CACHE';

/** What it asks of other natives is logged by itself: it runs in replay too, with the cache forbidden, for another result. */
function enablingCompileCache(enable: NativeFunction): NativeFunction {
  return function (this: unknown, ...args: unknown[]) {
    if (recording()) return exchangeFact(reflectApply(enable, this, args));
    const before = process.env[DISABLING];
    process.env[DISABLING] = '1';
    try {
      reflectApply(enable, this, args);
    } finally {
      if (before === undefined) delete process.env[DISABLING];
      else process.env[DISABLING] = before;
    }
    return exchangeFact(undefined);
  };
}
