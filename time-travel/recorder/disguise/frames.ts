/**
 * Stack traces do not show the boundary. Its functions stand at the bottom of a stack (dispatchers) or are cut off its
 * top where native code threw (see `calls.ts`), so dropping them loses no frame of the program.
 */
import { getOwnPropertyDescriptor, getPrototypeOf, reflectApply, regExpReplace } from '../../recording/safeBuiltins.ts';
import { internalBinding, type NativeFunction, nodeRequire } from '../start/natives.ts';

type TraceCallback = (realm: object, error: unknown, trace: NodeJS.CallSite[]) => unknown;

/** Changes the frames of a stack before the program sees it, for example to map columns of instrumented source. */
export type FrameMapper = (frames: NodeJS.CallSite[]) => NodeJS.CallSite[];

let mapper: FrameMapper | undefined;
let getFileName: NativeFunction | undefined;

export function setFrameMapper(map: FrameMapper): void {
  mapper = map;
}

export function installFrames(ownFile: string): void {
  const original = nodeRequire<{ prepareStackTraceCallback: TraceCallback }>(
    'internal/errors',
  ).prepareStackTraceCallback;
  const { setPrepareStackTraceCallback } = internalBinding('errors') as {
    setPrepareStackTraceCallback(callback: TraceCallback): void;
  };
  setPrepareStackTraceCallback((realm, error, trace) => {
    const visible = withoutOwn(trace, ownFile);
    return original(realm, error, mapper ? mapper(visible) : visible);
  });
}

function withoutOwn(trace: NodeJS.CallSite[], ownFile: string): NodeJS.CallSite[] {
  const visible: NodeJS.CallSite[] = [];
  for (let i = 0; i < trace.length; i++) {
    const site = trace[i]!;
    getFileName ??= getOwnPropertyDescriptor(getPrototypeOf(site) as object, 'getFileName')!.value as NativeFunction;
    if (reflectApply(getFileName, site, []) !== ownFile) visible[visible.length] = site;
    else if (visible.length > 0) visible[visible.length - 1] = asHandler(visible[visible.length - 1]!);
  }
  return visible.length === trace.length ? trace : visible;
}

/**
 * V8 names an anonymous function after the property of its receiver that holds it. A handler is held behind an accessor of
 * the boundary, so V8 does not find it: the one name that handlers of requests have is put back.
 */
function asHandler(site: NodeJS.CallSite): NodeJS.CallSite {
  const renamed = nameOfHandler(site);
  if (renamed === undefined) return site;
  return new Proxy(site, {
    get(target, key) {
      if (key === 'toString') return () => renamed;
      if (key === 'getMethodName') return () => 'oncomplete';
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function'
        ? (...args: unknown[]) => reflectApply(value as NativeFunction, target, args)
        : value;
    },
  });
}

/** Undefined when the name stays. An error may be formatted where the stack is all but full: then it stays too. */
function nameOfHandler(site: NodeJS.CallSite): string | undefined {
  try {
    const text = site.toString();
    const renamed = regExpReplace(/^(\w+(?:ReqCallback|Wrap))\.<anonymous> \(/, text, '$1.oncomplete (');
    return renamed === text ? undefined : renamed;
  } catch {
    return undefined;
  }
}
