/**
 * THE SEAM for the replay engine (`time-travel/replay/`): everything it may use of the boundary in replay mode.
 *
 * The engine is a bundle of its own (entry in `scripts/build.mjs`: cjs, platform node, target node22) that is preloaded
 * in place of `boundary.cjs`: `node --expose-internals -r dist/ENGINE.cjs [recorded options] SCRIPT [ARG...]`. Its entry
 * imports this file and calls `startReplay(order, engine)` synchronously while it is loaded. Nothing may be loaded
 * with `require` of a file: Node's loader would then look up other things than it did while recording. Node's own
 * modules are free (`node:...` imports; internal ones with `nodeRequire`).
 *
 * Order of things: `beforeArming` (all natives real, nothing patched; install instrumentation, load addons with
 * `natives.dlopen`, open pipes) -> the boundary is armed -> `started` -> the program runs, `output` is called as it
 * writes -> once `finished` or `diverged`. From within any of these, or from a probe, the engine may block the thread
 * (park) as long as it likes and may call `stopReplay`; only `natives` reach the operating system then, and
 * `node:*` functions must not be called, since they would be answered from the log.
 */
import type { Channel } from '../../recording/layout.ts';
import { type OriginTracker, trackOrigins } from '../asyncHooks/asyncContext.ts';
import { showPostedOutput } from '../bindings/threadPorts.ts';
import { installBoundary } from '../boundary.ts';
import { state } from '../boundaryState.ts';
import { listenToTime } from '../clocks/replayTime.ts';
import { type SourceTransform, setSourceTransform } from '../code/moduleSources.ts';
import { sameExports } from '../code/sameExports.ts';
import { type FrameMapper, setFrameMapper } from '../disguise/frames.ts';
import { acceptOtherOutput, type OutputListener, setOutputListener } from '../output/output.ts';
import { uncaughtText } from '../processes/fatalErrors.ts';
import { openParentChannel } from '../processes/parentChannel.ts';
import { isMainThread } from '../processes/threads.ts';
import { nodeRequire, type RealNatives, realNatives } from '../start/natives.ts';
import { type Divergence, type LifecycleListener, lifecycle, type ReplayEnd } from './lifecycle.ts';
import { standStill } from './questions.ts';
import { type CrossingListener, listenToCrossings } from './replayCrossings.ts';

export type {
  CrossingListener,
  Divergence,
  FrameMapper,
  LifecycleListener,
  OriginTracker,
  OutputListener,
  RealNatives,
  ReplayEnd,
  SourceTransform,
};
export {
  acceptOtherOutput,
  isMainThread,
  listenToCrossings,
  listenToTime,
  nodeRequire,
  realNatives,
  sameExports,
  standStill,
  trackOrigins,
  uncaughtText,
};

export interface ReplayOrder {
  /** Absolute path of the log to replay. */
  log: string;
  /** The channel to its parent, of a child process that has one. */
  channel?: Channel | undefined;
  /** A worker thread: the engine is loaded in a worker of the same kind. */
  thread?: boolean;
  /** `__filename` of the engine's bundle: its frames are hidden from the program's stack traces. */
  ownFile: string;
  /** The program is still being recorded: called at the end of what there is; blocks until another look is worth it. */
  wait?(): void;
}

export interface ReplayEngine extends LifecycleListener {
  /** Install source instrumentation and take what is needed of the system. Nothing is patched yet. */
  beforeArming?(natives: RealNatives): void;
  /** Where the program's output goes; by default the replay's own descriptors 1 and 2. */
  output?: OutputListener;
  /**
   * Changes the source of a CommonJS module as Node's loader reads it. Unlike a wrapped `Module.prototype._compile` this
   * adds no frame to the stacks of the program. (ES modules: wrap the entries of `internal/modules/esm/translators`,
   * which are not on the stack when a module runs.)
   */
  transformCommonJs?: SourceTransform;
  /** Maps the frames of stack traces, for example columns of instrumented source, before the program sees them. */
  mapFrames?: FrameMapper;
}

/** Arms the boundary for replay; returns before the program starts. */
export function startReplay(order: ReplayOrder, engine: ReplayEngine): void {
  lifecycle.listen(engine);
  if (engine.output) setOutputListener(engine.output);
  if (engine.mapFrames) setFrameMapper(engine.mapFrames);
  if (engine.transformCommonJs) setSourceTransform(engine.transformCommonJs);
  if (order.thread) showPostedOutput();
  installBoundary({
    mode: 'replay',
    thread: order.thread ? { processSeed: undefined, sharesEnvironment: false } : undefined,
    log: order.log,
    ownFile: order.ownFile,
    wait: order.wait,
    beforeArming: () => engine.beforeArming?.(realNatives),
  });
  if (order.channel) openParentChannel(order.channel);
}

/** Number of events delivered so far: the same at the same moment of every replay. */
export const eventNumber = (): number => state.events;

/** True when the log cannot be followed any more (`finished` or `diverged` was called). */
export const replayOver = (): boolean => lifecycle.over;

/** Ends the replay process at once, without running anything of the program. `engine.exit` decides how. */
export function stopReplay(code: number): never {
  return lifecycle.leave(code);
}
