import type { registerHooks } from 'node:module';
import type { pathToFileURL } from 'node:url';
import { COMMON_JS_END, commonJsWrapper, isGivenProcess } from '../bridge/packageProcess.ts';
import type { CrossingStreams } from './crossingStreams.ts';

export interface Loader {
  registerHooks: typeof registerHooks;
  pathToFileURL: typeof pathToFileURL;
}

export interface GuestModules {
  /**
   * Evaluates a module and everything that it imports. `begun` is called when the evaluation begins; the promise is rejected
   * with what the evaluation throws.
   */
  evaluate(source: string, referrer: string, begun: () => void): Promise<unknown>;
  /** Compiles every CommonJS module of the log; before the guest's world is made. */
  compileCommonJs(): Promise<void>;
  /** The function that a CommonJS module is, as the guest runtime asks `eval` for it. */
  commonJs(wrapper: string): unknown;
  /** The guest's name of a module that V8 knows by `name`. */
  guestName(name: string): string | undefined;
}

/** What is put around a CommonJS module here, instead of the guest runtime's wrapper: of the same length. */
const wrapperOf = (url: string, source: string): string => {
  const parameters = isGivenProcess(url, source) ? ',process ' : '';
  return `this.f=function(exports,require,module,__filename,__dirname${parameters}){`;
};
const WRAPPER_END = '\n}';

/** The modules of the log, given to Node's own loader: a debugger finds them as it finds those of any program. */
export function guestModules({ meanings, sources, files, commonJs }: CrossingStreams, loader: Loader): GuestModules {
  const dictionary = () => Object.create(null) as Record<string, string>;
  const guestNames = dictionary();
  const texts = dictionary();
  const formats = dictionary();
  const compiled = Object.create(null) as Record<string, unknown>;
  let entries = 0;

  const nameOf = (url: string, file: string | undefined) =>
    file === undefined ? `apex:module${url[0] === '/' ? '' : '/'}${url}` : loader.pathToFileURL(file).href;
  const nodeUrl = (url: string): string => {
    // A facade is not the file that it stands for.
    const name = nameOf(url, commonJs[url] === undefined ? files[url] : undefined);
    guestNames[name] = url;
    texts[name] = sources[url] ?? '';
    return name;
  };
  const given = (url: string) => ({ url, format: formats[url] ?? 'module', shortCircuit: true });

  loader.registerHooks({
    resolve(specifier, context, next) {
      if (texts[specifier] !== undefined) return given(specifier);
      const referrer = guestNames[context.parentURL ?? ''];
      if (referrer === undefined) return next(specifier, context);
      const meaning = meanings[`${referrer}\0${specifier}`];
      // `import()` in a text that was evaluated: isolated-vm has none, and says it so.
      if (meaning === undefined) throw new Error('Not supported');
      return given(nodeUrl(meaning));
    },
    load(url, context, next) {
      const source = texts[url];
      return source === undefined
        ? next(url, context)
        : { format: formats[url] ?? 'module', source, shortCircuit: true };
    },
  });

  return {
    evaluate(source, referrer, begun) {
      const number = ++entries;
      // Evaluated first of all, before any module of the guest, and gone then.
      const begin = `apex:begin/${number}`;
      texts[begin] = 'globalThis.__apexBegun();';
      const entry = `apex:entry/${number}`;
      texts[entry] = `import ${JSON.stringify(begin)}; ${source}`;
      guestNames[entry] = referrer;
      Object.defineProperty(globalThis, '__apexBegun', {
        configurable: true,
        enumerable: false,
        value: () => {
          Reflect.deleteProperty(globalThis, '__apexBegun');
          begun();
        },
      });
      return import(entry);
    },
    async compileCommonJs() {
      for (const url of Object.keys(commonJs)) {
        // A module of the guest's library has no file, and its facade has the other name.
        const name = files[url] === undefined ? `apex:library${url}` : nameOf(url, files[url]);
        guestNames[name] = url;
        if (files[url] !== undefined) guestNames[files[url]] = url;
        formats[name] = 'commonjs';
        texts[name] = wrapperOf(url, commonJs[url]!) + commonJs[url] + WRAPPER_END;
        compiled[url] = ((await import(name)) as { default: { f: unknown } }).default.f;
      }
    },
    commonJs(wrapper) {
      for (const url in commonJs) {
        const source = commonJs[url]!;
        if (wrapper === `${commonJsWrapper(url, source)}${source}${COMMON_JS_END}${url}`) return compiled[url];
      }
      return undefined;
    },
    guestName: (name) => guestNames[name],
  };
}
