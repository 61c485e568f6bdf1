import { VISIT } from '../instrument/probeText.ts';
import type { ProbeAccess } from '../instrument/realm.ts';
import type { Channel } from './channel.ts';
import type { InspectorConnection } from './inspectorConnection.ts';
import type { Followed, Frame, PausedRequest, ScriptText } from './jobs.ts';
import type { ReplayedScript, Scripts } from './scripts.ts';

interface PausedEvent {
  params: {
    callFrames: {
      callFrameId: string;
      functionName: string;
      url: string;
      location: { scriptId: string; lineNumber: number; columnNumber: number };
      scopeChain: ScopeInChain[];
      this: { objectId?: string };
    }[];
  };
}

interface ScopeInChain {
  type: string;
  name?: string;
  object: { objectId: string };
  startLocation?: { lineNumber: number; columnNumber: number };
  endLocation?: { lineNumber: number; columnNumber: number };
}

interface RemoteValue {
  objectId?: string;
  value?: unknown;
  unserializableValue?: string;
  description?: string;
}

/** A `debugger` statement of the program's own. */
const passOver = (): void => {};

/** What a native method throws whose receiver is another object. */
const NO_NATIVE_OBJECT = 'TypeError: Illegal invocation';

const HAND_OVER = `function () { 'use strict'; ${VISIT}(0, this); }`;

export interface PauseContext {
  scripts: Scripts;
  point(): number;
  /** Runs what may pass probes or reach natives; natives refuse meanwhile. */
  outsideTime<T>(action: () => T): T;
  /** Evaluates in a frame; gives the value on one line, or what was thrown. */
  render(pause: Pause, callFrameId: string, expression: string): { value: string; error?: string };
  /** Has output, the first difference and the end told to the engine while the program goes on. */
  follow(followed: Followed): void;
  /** Makes a copy of this process: in the copy gives its new channel, in the original undefined. */
  copy(job: number): Channel | undefined;
}

/**
 * The debugger of a process that stands still. An inspector connection on the same thread is told `paused` inside the
 * pause, so its handler serves the engine there: no port, no second thread, and the debugger costs nothing before.
 */
export class Pause {
  readonly #inspector: InspectorConnection;
  readonly #ownFiles: readonly string[];
  readonly #urls = new Map<string, string>();
  #onPaused: (event: PausedEvent) => void = passOver;
  #enabled = false;

  constructor(inspector: InspectorConnection, ownFiles: readonly string[]) {
    this.#inspector = inspector;
    this.#ownFiles = ownFiles;
  }

  /** Costs a running program nothing; in a large one that already runs it takes up to a quarter of a second. */
  enable(): void {
    if (this.#enabled) return;
    this.#enabled = true;
    this.#inspector.onEvent = (method, params) => {
      if (method === 'Debugger.paused') this.#onPaused({ params } as PausedEvent);
      else if (method === 'Debugger.scriptParsed') {
        const { scriptId, url } = params as { scriptId: string; url: string };
        this.#urls.set(scriptId, url);
      }
    };
    this.call('Debugger.enable', {});
  }

  /** Answers within the call; throws what the debugger answers as an error. */
  call(method: string, params?: Record<string, unknown>): unknown {
    return this.#inspector.call(method, params);
  }

  /** Stands still here until the engine has gone (the callback then ends the process) or wants the program to go on. */
  stay(channel: Channel, context: PauseContext, leave: () => never): void {
    this.enable();
    this.#onPaused = (event) => {
      if (serve(channel, this, this.#frames(event, context.scripts), context) === 'leave') leave();
    };
    // biome-ignore lint/suspicious/noDebugger: this is the pause
    debugger;
    this.#onPaused = passOver;
  }

  /** Asks in the frames of this moment and goes on: gives the value itself, and whether it could be evaluated. */
  inFrame(
    probes: ProbeAccess,
    scripts: Scripts,
    ask: (evaluate: (frame: number, expression: string) => { value: unknown; known: boolean }) => void,
  ): void {
    this.enable();
    let handed: unknown;
    probes.onVisit((_place, value) => {
      handed = value;
    });
    this.#onPaused = (event) => {
      const frames = this.#frames(event, scripts).filter(({ program }) => program);
      ask((frame, expression) => {
        handed = undefined;
        const callFrameId = frames[frame]?.callFrameId;
        const code = `${VISIT}(0, (${expression}))`;
        const answer = callFrameId && this.call('Debugger.evaluateOnCallFrame', { callFrameId, expression: code });
        const known = Boolean(answer) && !('exceptionDetails' in (answer as object));
        return { value: handed, known };
      });
    };
    // biome-ignore lint/suspicious/noDebugger: this is the pause
    debugger;
    this.#onPaused = passOver;
  }

  /** Calls back at each exception with its first line and the thrown value. The program goes on. */
  onException(probes: ProbeAccess, scripts: Scripts, seen: (description: string, value: unknown) => void): void {
    this.enable();
    let thrown: unknown;
    probes.onVisit((_place, value) => {
      thrown = value;
    });
    this.#onPaused = (event) => {
      const { reason, data } = event.params as unknown as { reason: string; data?: RemoteValue };
      if (reason !== 'exception' && reason !== 'promiseRejection') return;
      const { objectId, value, unserializableValue, description } = data ?? {};
      // The boundary asks natives whether they know a stand-in; it catches their answer itself.
      if (description?.startsWith(NO_NATIVE_OBJECT) && this.#isOwn(event.params.callFrames[0], scripts)) return;
      thrown = value ?? unserializableValue;
      // The session gives descriptions; the probes' own function hands over the object itself.
      if (objectId) this.call('Runtime.callFunctionOn', { objectId, functionDeclaration: HAND_OVER });
      seen((description ?? String(thrown)).split('\n')[0]!, thrown);
    };
    // V8 then passes most of those below without a pause, which costs milliseconds. It knows files by URLs or paths.
    const patterns = this.#ownFiles.map((file) => `${file.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
    this.call('Debugger.setBlackboxPatterns', { patterns });
    this.call('Debugger.setPauseOnExceptions', { state: 'all' });
  }

  /** What a script of the program was before probes were put in; undefined when it is not loaded at this moment. */
  textOf(path: string, scripts: Scripts): ScriptText | undefined {
    const instrumented = scripts.find(path)?.instrumented;
    const [scriptId] = [...this.#urls].findLast(([, url]) => scripts.pathOf(url) === path) ?? [];
    if (!instrumented || scriptId === undefined) return undefined;
    const { scriptSource } = this.call('Debugger.getScriptSource', { scriptId }) as { scriptSource: string };
    const { columns, stops, functions } = instrumented;
    return { source: columns.withoutInsertions(scriptSource), stops, functions };
  }

  #isOwn(frame: PausedEvent['params']['callFrames'][number] | undefined, scripts: Scripts): boolean {
    return frame !== undefined && this.#ownFiles.includes(scripts.pathOf(this.#urlOf(frame)));
  }

  #urlOf({ url, location }: PausedEvent['params']['callFrames'][number]): string {
    return url || this.#urls.get(location.scriptId) || '';
  }

  #frames(event: PausedEvent, scripts: Scripts): Frame[] {
    const frames = event.params.callFrames.map((frame): Frame => {
      const url = this.#urlOf(frame);
      const script = scripts.find(url);
      const { lineNumber: line, columnNumber } = frame.location;
      return {
        name: frame.functionName,
        path: script?.path ?? scripts.pathOf(url),
        line,
        column: script ? script.instrumented.columns.toOriginal(line, columnNumber) : columnNumber,
        program: script !== undefined,
        callFrameId: frame.callFrameId,
        scriptId: frame.location.scriptId,
        scopes: frame.scopeChain.map((scope) => describeScope(scope, script)),
        thisId: frame.this.objectId,
      };
    });
    // Above the program's frame stand the probe and this file.
    const first = frames.findIndex((frame) => frame.program);
    // The boundary that delivers events stands below it.
    return first < 0 ? [] : frames.slice(first).filter(({ path }) => !this.#ownFiles.includes(path));
  }
}

/** The range only where a source map may ask for it: it is told with each stop. */
function describeScope(scope: ScopeInChain, script: ReplayedScript | undefined): Frame['scopes'][number] {
  const { type, name, object, startLocation, endLocation } = scope;
  const described = { type, name, objectId: object.objectId };
  if (script?.sourceMap === undefined || !startLocation || !endLocation) return described;
  const { columns } = script.instrumented;
  const [start, end] = [startLocation, endLocation].map(({ lineNumber: line, columnNumber }) => ({
    line,
    column: columns.toOriginal(line, columnNumber),
  }));
  return { ...described, range: { start: start!, end: end! } };
}

/** Answers until the engine has gone, or asks the program to go on. */
function serve(channel: Channel, pause: Pause, frames: Frame[], context: PauseContext): 'leave' | 'go on' {
  let current = channel;
  current.send({ event: 'paused', point: context.point(), frames });
  for (;;) {
    const request = current.receive() as PausedRequest | undefined;
    if (!request) return 'leave';
    try {
      if (request.method === 'copy') {
        const own = context.copy(request.job);
        if (own) {
          // This is the copy: its objects and frames have the same ids as the original's.
          current = own;
          current.send({ event: 'paused', point: context.point(), frames });
        } else current.send({ id: request.id, result: {} });
        continue;
      }
      if (request.method === 'whatIf') {
        const tried = context.outsideTime(() => context.render(pause, request.callFrameId, request.expression));
        current.send({ id: request.id, result: tried });
        if (tried.error !== undefined) continue;
        context.follow(request);
        return 'go on';
      }
      if (request.method === 'script') {
        current.send({ id: request.id, result: pause.textOf(request.path, context.scripts) ?? null });
        continue;
      }
      const result =
        request.method === 'render'
          ? context.outsideTime(() => context.render(pause, request.callFrameId, request.expression))
          : context.outsideTime(() => pause.call(request.name, request.params));
      current.send({ id: request.id, result: result ?? {} });
    } catch (error) {
      current.send({ id: request.id, error: error instanceof Error ? error.message : String(error) });
    }
  }
}
