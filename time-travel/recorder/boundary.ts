/**
 * The boundary between Node's JavaScript library and its native code, installed before the program starts. Recording, it
 * logs every crossing; replaying, it answers them from the log, and nothing outside the process is touched.
 */
import { LogReader } from '../recording/logReader.ts';
import { LogWriter } from '../recording/logWriter.ts';
import { installAsyncHookEvents } from './asyncHookEvents.ts';
import { asyncIdCounter, setAsyncIdCounter } from './asyncIds.ts';
import { installBindings } from './bindings/index.ts';
import { type Mode, state } from './boundaryState.ts';
import { installClocks } from './clocks.ts';
import { installCompiledCode } from './compiledCode.ts';
import { installEnvironment } from './environment.ts';
import { installExit } from './exit.ts';
import { installFatalErrors } from './fatalErrors.ts';
import { installFrames } from './frames.ts';
import { installGarbage } from './garbage.ts';
import { hideLoading } from './hide.ts';
import { decoderHooks, encoderHooks } from './identities.ts';
import { installModuleLoading } from './libraryCopies.ts';
import { lifecycle } from './lifecycle.ts';
import { fileSink, fileSource } from './logFiles.ts';
import { nativeCompression } from './nativeCompression.ts';
import { installRandom, installThreadRandom } from './random.ts';
import { installRealms } from './realms.ts';
import { makeRedactor, type Redactor } from './redaction.ts';
import { installSharedMemory } from './sharedMemory.ts';
import { forgetStartFolder } from './startFolder.ts';
import { installStdio } from './stdio.ts';
import { installTestRunnerStart } from './testRunnerStart.ts';
import { installThread } from './threadStart.ts';
import { installTimers } from './timers.ts';
import { installWebAssembly } from './webAssembly.ts';

export interface BoundaryOptions {
  mode: Mode;
  /** Absolute path of the log of this process. */
  log: string;
  /** Recording: largest size of the log, in bytes. */
  maxBytes?: number | undefined;
  /** Recording: secrets are replaced in the log. */
  redact?: boolean | undefined;
  /** A worker thread, whose process has this seed for `Math.random` (known while recording). */
  thread?: { processSeed: number | undefined } | undefined;
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
  if (options.thread) installThread();
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
