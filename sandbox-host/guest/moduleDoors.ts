import { COMMON_JS_END, commonJsWrapper } from '../bridge/packageProcess.ts';
import type { Send } from './dispatcher.ts';
import type { BuiltinModules } from './library/builtins.ts';
import type { Bindings, ModuleVersions } from './moduleVersions.ts';

/** Asks the worker for a module's source and waits for it: only `require` needs that, and the host always answers. */
export type LoadSync = (specifier: string, referrer: string) => string;

export interface ModuleDoors {
  /** The functions that compiled modules call, by their hidden global names. */
  globals: Record<string, unknown>;
  importSettled(
    id: number,
    outcome: { namespace?: unknown; error?: { name: string; message: string; code: string } },
  ): void;
  /** New versions of these modules are about to be evaluated; `commit` or `rollback` ends it. */
  beginSwap(urls: readonly string[]): void;
  commitSwap(): void;
  rollbackSwap(): void;
}

/** More than any program waits for at one time. */
const MAX_IMPORTS = 1000;

interface Loaded {
  kind: string;
  url: string;
  source?: string;
  message?: string;
  code?: string;
}

/** `import()`, `import.meta`, `require` and the built-in modules, as far as isolated-vm leaves them to us. */
export function createModuleDoors(
  send: Send,
  loadSync: LoadSync,
  builtins: BuiltinModules,
  versions: ModuleVersions | undefined,
): ModuleDoors {
  const imports = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const loaded = new Map<string, { exports: unknown }>();
  const metas = new Map<string, object>();
  let replaced: Map<string, { exports: unknown }> | undefined;
  const { parse, stringify } = JSON;
  // biome-ignore lint/security/noGlobalEval: this is the guest's own eval, taken before guest code could change it.
  const indirectEval = globalThis.eval;
  let next = 1;

  const importModule = (referrer: unknown, specifier: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const name = String(specifier);
      if (imports.size >= MAX_IMPORTS) throw new RangeError(`More than ${MAX_IMPORTS} imports are waiting.`);
      const id = next++;
      imports.set(id, { resolve, reject });
      send('import', stringify([name, String(referrer)]), id);
    });

  const requireFrom = (referrer: string) => (specifier: unknown) => {
    const found = parse(loadSync(String(specifier), referrer)) as Loaded;
    if (found.kind === 'refused') {
      const code = found.code === 'module-refused' ? 'EACCES' : 'MODULE_NOT_FOUND';
      throw Object.assign(new Error(found.message), { code });
    }
    if (found.kind === 'builtin') return builtins.get(found.url);
    return evaluateCommonJs(found);
  };

  const evaluateCommonJs = (found: Loaded): unknown => {
    const known = loaded.get(found.url);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(found.url, module);
    if (found.kind === 'json') module.exports = parse(found.source ?? 'null');
    else if (found.kind === 'esm') {
      throw Object.assign(new Error(`${found.url} is an ES module: use import().`), { code: 'ERR_REQUIRE_ESM' });
    } else {
      const source = found.source ?? '';
      const wrapper = `${commonJsWrapper(found.url, source)}${source}${COMMON_JS_END}${found.url}`;
      const run = indirectEval(wrapper) as (...args: unknown[]) => void;
      const folder = found.url.slice(0, found.url.lastIndexOf('/'));
      Reflect.apply(run, module.exports, [
        module.exports,
        requireFrom(found.url),
        module,
        found.url,
        folder,
        builtins.get('process'),
      ]);
    }
    return module.exports;
  };

  const meta = (url: string): object => {
    const known = metas.get(url) ?? {
      url: `file://${url}`,
      filename: url,
      dirname: url.slice(0, url.lastIndexOf('/')),
      ...(versions && { hot: versions.hot(url) }),
    };
    metas.set(url, known);
    return known;
  };

  return {
    globals: {
      __apexBuiltin: (name: string) => builtins.get(name),
      __apexImport: importModule,
      __apexMeta: meta,
      __apexRequire: (url: string) => requireFrom('')(url),
      __apexModule: (url: string, bindings: Bindings) => versions?.register(url, bindings),
      __apexImported: (id: number, namespace: unknown) => settle(id, { namespace }),
    },
    importSettled: settle,
    beginSwap(urls) {
      replaced = new Map(urls.flatMap((url) => (loaded.has(url) ? [[url, loaded.get(url)!] as const] : [])));
      for (const url of urls) loaded.delete(url);
    },
    commitSwap() {
      for (const [url, old] of replaced ?? []) refill(old.exports, loaded.get(url)?.exports);
      replaced = undefined;
    },
    rollbackSwap() {
      for (const [url, old] of replaced ?? []) loaded.set(url, old);
      replaced = undefined;
    },
  };

  function settle(id: number, { namespace, error }: Parameters<ModuleDoors['importSettled']>[1]): void {
    const waiting = imports.get(id);
    if (!waiting) return;
    imports.delete(id);
    send('imported', '', id);
    if (!error) waiting.resolve(namespace);
    else {
      const Kind = error.name === 'SyntaxError' ? SyntaxError : Error;
      waiting.reject(Object.assign(new Kind(error.message), { code: error.code }));
    }
  }
}

/** Whoever holds the exports of the old CommonJS module sees those of the new one, where they are an object. */
function refill(old: unknown, next: unknown): void {
  if (typeof old !== 'object' || old === null || typeof next !== 'object' || next === null) return;
  for (const key of Reflect.ownKeys(old)) if (!Object.hasOwn(next, key)) Reflect.deleteProperty(old, key);
  for (const key of Reflect.ownKeys(next)) {
    Object.defineProperty(old, key, Object.getOwnPropertyDescriptor(next, key)!);
  }
}
