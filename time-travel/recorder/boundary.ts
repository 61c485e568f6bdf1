/**
 * The boundary between Node's JavaScript library and its native code, installed before the program starts. Recording, it
 * logs every crossing; replaying, it answers them from the log, and nothing outside the process is touched.
 */
import { LogReader } from '../recording/logReader.ts';
import { LogWriter } from '../recording/logWriter.ts';
import { installAsyncHookEvents } from './asyncHooks/asyncHookEvents.ts';
import { asyncIdCounter, setAsyncIdCounter } from './asyncHooks/asyncIds.ts';
import { installBindings } from './bindings/index.ts';
import { type Mode, state } from './boundaryState.ts';
import { decoderHooks, encoderHooks } from './calls/identities.ts';
import { nativeCompression } from './calls/nativeCompression.ts';
import { installClocks } from './clocks/clocks.ts';
import { installRandom, installThreadRandom } from './clocks/random.ts';
import { installRealms } from './clocks/realms.ts';
import { installCompiledCode } from './code/compiledCode.ts';
import { installFrames } from './disguise/frames.ts';
import { installTimers } from './events/timers.ts';
import { fileSink, fileSource } from './log/logFiles.ts';
import { makeRedactor, type Redactor } from './log/redaction.ts';
import { installGarbage } from './memory/garbage.ts';
import { installSharedMemory } from './memory/sharedMemory.ts';
import { installWebAssembly } from './memory/webAssembly.ts';
import { installStdio } from './output/stdio.ts';
import { installEnvironment } from './processes/environment.ts';
import { installExit } from './processes/exit.ts';
import { installFatalErrors } from './processes/fatalErrors.ts';
import { installThread } from './processes/threadStart.ts';
import { lifecycle } from './replaying/lifecycle.ts';
import { hideLoading } from './start/hide.ts';
import { installModuleLoading } from './start/libraryCopies.ts';
import { forgetStartFolder } from './start/startFolder.ts';
import { installTestRunnerStart } from './start/testRunnerStart.ts';

export interface BoundaryOptions {
  mode: Mode;
  /** Absolute path of the log of this process. */
  log: string;
  /** Recording: largest size of the log, in bytes. */
  maxBytes?: number | undefined;
  /** Recording: secrets are replaced in the log. */
  redact?: boolean | undefined;
  /** A worker thread, whose process has this seed for `Math.random` (known while recording). */
  thread?: { processSeed: number | undefined; sharesEnvironment: boolean } | undefined;
  /** Absolute path of the preloaded bundle, whose frames stack traces do not show. */
  ownFile: string;
  /** Runs before anything is patched, with everything still native. */
  beforeArming?(): void;
  /** Replay: the log still grows; blocks for a moment. */
  wait?(): void;
}

/** Installs the boundary. Everything in here happens in the same order in both modes. */
export function installBoundary(options: BoundaryOptions): void {
  state.mode = options.mode;
  const counter = asyncIdCounter();
  const compression = nativeCompression();
  if (options.mode === 'record') {
    const redactor = options.redact ? redactStart() : undefined;
    state.writer = new LogWriter(encoderHooks, fileSink(options.log), compression, options.maxBytes, redactor?.clean);
  } else {
    const hooks = { ...decoderHooks, malformed: logIsDamaged };
    state.reader = new LogReader(fileSource(options.log), compression, hooks, options.wait);
  }
  hideLoading(options.ownFile, options.log);
  forgetStartFolder(options.thread !== undefined);
  options.beforeArming?.();
  if (options.thread) installThreadRandom(options.thread.processSeed);
  else installRandom();
  installEnvironment();
  if (!options.thread) installStdio();
  installTimers();
  installBindings();
  installModuleLoading();
  if (options.thread) installThread(options.thread.sharesEnvironment);
  installAsyncHookEvents();
  installClocks();
  installTestRunnerStart();
  installRealms();
  installGarbage();
  installWebAssembly();
  installCompiledCode();
  installSharedMemory();
  installExit();
  installFatalErrors();
  installFrames(options.ownFile);
  // What was made here must not show in the numbers that the program sees.
  setAsyncIdCounter(counter);
  lifecycle.started();
}

/** Learned before the first byte is written. */
function redactStart(): Redactor {
  const redactor = makeRedactor();
  redactor.learnStart(process.env, process.argv);
  state.redactor = redactor;
  return redactor;
}

function logIsDamaged(): never {
  return lifecycle.finished({ code: undefined, reason: 'damaged', events: state.events });
}
