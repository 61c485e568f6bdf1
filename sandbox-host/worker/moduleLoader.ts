import type IsolatedVM from 'isolated-vm';
import { BUILTIN_MODULES } from '../bridge/builtinModules.ts';
import type { LoadedModule } from '../bridge/modules.ts';
import { isGivenProcess } from '../bridge/packageProcess.ts';
import { commonJsExports } from './commonJsExports.ts';
import { withLiveExports } from './liveExports.ts';
import { SourceMaps } from './sourceMaps.ts';
import { eraseTypes, toIsolateSource } from './transform.ts';

/** Asks the supervisor for a module; the supervisor alone knows files and policy. */
export type RequestModule = (specifier: string, referrer: string, required?: boolean) => Promise<LoadedModule>;

export class ModuleRefused extends Error {
  readonly code: 'module-refused' | 'module-not-found';
  constructor(code: 'module-refused' | 'module-not-found', message: string) {
    super(message);
    this.code = code;
  }
}

type Loadable = Exclude<LoadedModule, { kind: 'refused' }>;

/** Hears what a specifier meant, and what was compiled when that was its first time. */
export type ModuleSeen = (specifier: string, referrer: string, loaded: LoadedModule, source?: string) => void;

/** Compiles and links the module graph of one isolate; each url is compiled once, and again for each version that replaces it. */
export class ModuleLoader {
  readonly #isolate: IsolatedVM.Isolate;
  readonly #context: IsolatedVM.Context;
  readonly #request: RequestModule;
  /** Prepare modules to be replaced while they run. */
  readonly #live: boolean;
  readonly #seen: ModuleSeen | undefined;
  readonly maps = new SourceMaps();
  readonly #compiled = new Map<string, Promise<IsolatedVM.Module>>();
  readonly #urls = new Map<IsolatedVM.Module, string>();

  constructor(
    isolate: IsolatedVM.Isolate,
    context: IsolatedVM.Context,
    request: RequestModule,
    { live, seen }: { live: boolean; seen?: ModuleSeen | undefined },
  ) {
    this.#isolate = isolate;
    this.#context = context;
    this.#request = request;
    this.#live = live;
    this.#seen = seen;
  }

  /** Loads `url` and everything it imports and gives a module that evaluates them and reports the entry's exports. */
  link(url: string): Promise<IsolatedVM.Module> {
    return this.#linkFrom(`import * as program from ${JSON.stringify(url)};\n__apexDone(program);`, '');
  }

  /** Loads what `import(specifier)` in `referrer` means and gives a module that hands its exports to the waiting promise. */
  linkImport(specifier: string, referrer: string, id: number): Promise<IsolatedVM.Module> {
    return this.#linkFrom(
      `import * as found from ${JSON.stringify(specifier)};\n__apexImported(${id}, found);`,
      referrer,
    );
  }

  /**
   * Compiles, links and evaluates new versions of modules that are there already. They see each other and everything else as
   * it is now; importers of old versions keep their link.
   * @throws what the compiler, the linker or a new version throws
   */
  async swap(modules: readonly Loadable[], evaluate: (linked: IsolatedVM.Module) => Promise<unknown>): Promise<void> {
    const before = new Map(this.#compiled);
    try {
      // All at once: while they link, each resolves to its new version.
      const compiled = await Promise.all(modules.map((loaded) => this.#compile(loaded)));
      for (const [at, { url }] of modules.entries()) this.#compiled.set(url, Promise.resolve(compiled[at]!));
      const source = modules.map(({ url }) => `import ${JSON.stringify(url)};`).join('\n');
      await evaluate(await this.#linkFrom(source, ''));
    } catch (error) {
      this.#compiled.clear();
      for (const [url, module] of before) this.#compiled.set(url, module);
      throw error;
    }
  }

  async #linkFrom(source: string, referrer: string): Promise<IsolatedVM.Module> {
    const wrapper = await this.#isolate.compileModule(source, { filename: 'apex:entry' });
    this.#urls.set(wrapper, referrer);
    await wrapper.instantiate(this.#context, (specifier, referrer) => this.#resolve(specifier, referrer));
    return wrapper;
  }

  async #resolve(specifier: string, referrer: IsolatedVM.Module): Promise<IsolatedVM.Module> {
    const from = this.#urls.get(referrer) ?? '';
    const loaded = await this.#request(specifier, from);
    if (loaded.kind === 'refused') throw new ModuleRefused(loaded.code, loaded.message);
    const source = this.#compiled.has(loaded.url) ? undefined : await this.#sourceOf(loaded);
    // Meanwhile another module may have asked for it, too.
    const known = this.#compiled.get(loaded.url);
    this.#seen?.(specifier, from, loaded, known ? undefined : source);
    if (known) return known;
    const compiling = this.#compile(loaded, source);
    this.#compiled.set(loaded.url, compiling);
    return compiling;
  }

  async #compile(loaded: Loadable, given?: string): Promise<IsolatedVM.Module> {
    const source = given ?? (await this.#sourceOf(loaded));
    const module = await this.#isolate.compileModule(source, { filename: loaded.url });
    this.#urls.set(module, loaded.url);
    return module;
  }

  async #sourceOf(loaded: Loadable): Promise<string> {
    if (loaded.kind === 'builtin') return builtinSource(loaded.url);
    if (loaded.kind === 'esm') {
      const erased = loaded.typescript ? eraseTypes(loaded.source, loaded.url) : loaded.source;
      const plain = isGivenProcess(loaded.url, erased) ? `import process from "process"; ${erased}` : erased;
      this.maps.add(loaded.url, plain, loaded.map);
      return toIsolateSource(plain, loaded.url, false, this.#live);
    }
    const facade =
      loaded.kind === 'json'
        ? `export default JSON.parse(${JSON.stringify(loaded.source)});`
        : commonJsFacade(loaded.url, await this.#namesOf(loaded));
    return this.#live ? withLiveExports(facade, loaded.url) : facade;
  }

  /** The names that a CommonJS module exports, with those of the modules whose exports it hands on. */
  async #namesOf(
    loaded: Extract<Loadable, { kind: 'cjs' | 'esm' | 'json' }>,
    seen = new Set<string>(),
  ): Promise<string[]> {
    seen.add(loaded.url);
    const { names, reexports } = commonJsExports(loaded.source);
    for (const specifier of reexports) {
      if (seen.size >= MAX_REEXPORTS) break;
      const next = await this.#request(specifier, loaded.url, true);
      if (next.kind === 'cjs' && !seen.has(next.url)) names.push(...(await this.#namesOf(next, seen)));
    }
    return [...new Set(names)];
  }
}

/** More modules than any package hands exports on through. */
const MAX_REEXPORTS = 200;

function builtinSource(name: string): string {
  const exported = (BUILTIN_MODULES[name] ?? []).map((key) => `export const ${key} = api.${key};`).join('\n');
  return `const api = __apexBuiltin(${JSON.stringify(name)});\n${exported}\nexport default api;`;
}

/** An ES module over a CommonJS one: its exports by name, as Node's own facade has them. */
function commonJsFacade(url: string, names: readonly string[]): string {
  const exported = names.map((name, at) => `const n${at} = api?.${name};\nexport { n${at} as ${name} };`).join('\n');
  return `const api = __apexRequire(${JSON.stringify(url)});\n${exported}\nexport default api;`;
}
