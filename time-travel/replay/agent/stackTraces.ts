import type { InternalRequire } from './codeHooks.ts';
import type { Scripts } from './scripts.ts';

type CallSite = NodeJS.CallSite & Record<string, unknown>;
type PrepareStackTrace = (realm: typeof globalThis, error: unknown, sites: NodeJS.CallSite[]) => unknown;

/**
 * The program sees the columns of its own text: V8's call sites of instrumented scripts are replaced by ones that answer
 * with the original column. (V8's own prototype of call sites cannot be changed.)
 */
export function frameMapper(scripts: Scripts): (sites: NodeJS.CallSite[]) => NodeJS.CallSite[] {
  return (sites) => {
    // The agent's own question is about the instrumented text.
    if (sites[0]?.getFileName() === AGENT_FILE) return sites;
    for (let index = 0; index < sites.length; index++) sites[index] = corrected(sites[index] as CallSite, scripts);
    return sites;
  };
}

/** The name under which V8 knows this script. */
const AGENT_FILE = 'apex:agent';

/** For programs without a recording: V8 asks Node to format every `stack`; call sites are mapped before. */
export function installFrameMapper(load: InternalRequire, map: ReturnType<typeof frameMapper>): void {
  const { prepareStackTraceCallback: format } = load('internal/errors') as {
    prepareStackTraceCallback: PrepareStackTrace;
  };
  const { internalBinding } = load('internal/test/binding') as {
    internalBinding(name: 'errors'): { setPrepareStackTraceCallback(callback: PrepareStackTrace): void };
  };
  internalBinding('errors').setPrepareStackTraceCallback((realm, error, sites) => format(realm, error, map(sites)));
}

/** Classes by the prototype of the real call site: a realm's sites keep looking like that realm's. */
const correctedClasses = new WeakMap<object, new (site: CallSite, column: number) => CallSite>();

function corrected(site: CallSite, scripts: Scripts): CallSite {
  const script = scripts.find(site.getFileName());
  const line = site.getLineNumber();
  const seen = site.getColumnNumber();
  if (!script || !line || !seen) return site;
  const column = script.instrumented.columns.toOriginal(line - 1, seen - 1) + 1;
  if (column === seen) return site;
  const prototype = Object.getPrototypeOf(site) as object;
  let Corrected = correctedClasses.get(prototype);
  if (!Corrected) {
    Corrected = correctedClass(prototype);
    correctedClasses.set(prototype, Corrected);
  }
  return new Corrected(site, column);
}

function correctedClass(prototype: object): new (site: CallSite, column: number) => CallSite {
  class CallSite {
    readonly #site: Record<string, (...args: unknown[]) => unknown>;
    readonly #column: number;
    constructor(site: never, column: number) {
      this.#site = site;
      this.#column = column;
    }
    getColumnNumber() {
      return this.#column;
    }
    toString() {
      const text = this.#site.toString!() as string;
      return text.replace(new RegExp(`:${this.#site.getColumnNumber!()}(\\)?)$`), `:${this.#column}$1`);
    }
    static answer(site: CallSite, name: string, args: unknown[]): unknown {
      return site.#site[name]!(...args);
    }
  }
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (Object.hasOwn(CallSite.prototype, name)) continue;
    Object.defineProperty(CallSite.prototype, name, {
      value(this: CallSite, ...args: unknown[]) {
        return CallSite.answer(this, name, args);
      },
    });
  }
  return CallSite as unknown as new (
    site: unknown,
    column: number,
  ) => NodeJS.CallSite & Record<string, unknown>;
}
