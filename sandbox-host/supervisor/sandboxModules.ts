import { realpathSync } from 'node:fs';
import { ApexError, toErrorReport } from '../../protocol/errors.ts';
import type { ModuleFinding, ModuleGraphInfo, ScanSeverity, SwapResult } from '../../protocol/sandboxModules.ts';
import type { LoadedModule } from '../bridge/modules.ts';
import type { GuestFiles } from '../modules/guestFiles.ts';
import { ModuleGraph, moduleHash } from '../modules/moduleGraph.ts';
import { type ModuleScanner, refusalFor } from '../modules/moduleScanner.ts';
import type { LoadKind } from '../modules/packageEntry.ts';
import {
  modulePath,
  moduleResource,
  type PermitModule,
  packageOf,
  rereadModule,
  resolveModule,
} from '../modules/resolveModule.ts';

type Loaded = Exclude<LoadedModule, { kind: 'refused' }>;
type WithText = Exclude<Loaded, { kind: 'builtin' }>;

/** What came of a swap in the worker. */
export interface SwapReport {
  error?: { name: string; message: string; stack?: string };
  removed?: string[];
  problems?: string[];
}

export interface ModuleWorld {
  files: GuestFiles;
  permit: PermitModule;
  /** The least severity at which a finding keeps a module out, and who finds; undefined: modules are not scanned. */
  scan?: { least: ScanSeverity; scanner: ModuleScanner };
}

/** The modules of one sandbox: found, permitted, scanned, remembered, and replaced while it runs. */
export class SandboxModules {
  readonly #world: ModuleWorld;
  #graph = new ModuleGraph();
  #swapping = false;

  constructor(world: ModuleWorld) {
    this.#world = world;
  }

  /** Its worker was lost: everything is loaded anew. */
  forget(): void {
    this.#graph = new ModuleGraph();
  }

  graph(): ModuleGraphInfo {
    return this.#graph.info();
  }

  /** What `specifier` means in `referrer`, or why it is refused. Never throws. */
  async load(specifier: string, referrer: string, kind: LoadKind): Promise<LoadedModule> {
    const { files, permit } = this.#world;
    const module = await resolveModule(files, specifier, referrer, permit, kind);
    if (module.kind === 'refused') return module;
    if (module.kind === 'builtin' || this.#graph.has(module.url)) {
      this.#graph.loaded(module, referrer);
      return module;
    }
    const { findings, refusal } = await this.#scanned(module);
    if (refusal)
      return { kind: 'refused', code: 'module-refused', message: `"${specifier}" is not loaded: ${refusal}.` };
    const of = packageOf(files, module.url);
    this.#graph.loaded(module, referrer, { ...(of && { package: of }), ...(findings && { findings }) });
    return module;
  }

  /**
   * Replaces modules whose files have changed, all or none. `deliver` hands the new versions to the worker.
   * @param files host paths; without them every module is looked at
   * @throws ApexError `swap-busy`, `module-not-loaded`, `module-refused`, `swap-failed`
   */
  async swap(
    files: readonly string[] | undefined,
    deliver: (modules: WithText[]) => Promise<SwapReport>,
  ): Promise<SwapResult> {
    if (this.#swapping) throw new ApexError('swap-busy', 'Modules are being replaced already.', 'Try again.');
    this.#swapping = true;
    try {
      const changed = await this.#changed(files ? files.map((file) => this.#urlOf(file)) : undefined);
      if (changed.length === 0) return { swapped: [], removed: [], problems: [] };
      return await this.#swapNow(changed, deliver);
    } finally {
      this.#swapping = false;
    }
  }

  async #swapNow(
    changed: { module: WithText; findings?: ModuleFinding[] }[],
    deliver: (modules: WithText[]) => Promise<SwapReport>,
  ): Promise<SwapResult> {
    const before = changed.map(({ module }) => ({ url: module.url, imports: this.#graph.importsOf(module.url) }));
    // The new versions ask for what they import: that fills these lists again.
    for (const { url } of before) this.#graph.setImports(url, []);
    const report = await deliver(changed.map(({ module }) => module));
    if (report.error) {
      for (const { url, imports } of before) this.#graph.setImports(url, imports);
      const { name, message, stack } = report.error;
      const where = /^(?: +at .*)?(\/app\/[^\s()]+:\d+)/m.exec(stack ?? '')?.[1];
      throw new ApexError(
        'swap-failed',
        `The new version failed, the old one goes on: ${name}: ${message}${where ? ` (${where})` : ''}`,
        'Correct the file and swap again.',
      );
    }
    const swapped = changed.map(({ module, findings }) => ({
      url: module.url,
      version: this.#graph.replaced(module, this.#graph.importsOf(module.url), findings),
    }));
    return { swapped, removed: report.removed ?? [], problems: report.problems ?? [] };
  }

  async #changed(urls: readonly string[] | undefined) {
    const { files, permit } = this.#world;
    const changed: { module: WithText; findings?: ModuleFinding[] }[] = [];
    for (const url of this.#graph.inOrder()) {
      if (urls && !urls.includes(url)) continue;
      const module = rereadModule(files, url);
      if (!module || module.kind === 'refused' || module.kind === 'builtin') {
        // A file that is gone stays as it was loaded, unless it was named.
        if (urls) throw refused(url, 'there is no such file any more');
        continue;
      }
      if (moduleHash(module.source) === this.#graph.hashOf(url)) continue;
      await permit(moduleResource(files, url)).catch((error: unknown) => {
        throw refused(url, toErrorReport(error).message);
      });
      const { findings, refusal } = await this.#scanned(module);
      if (refusal) throw refused(url, refusal);
      changed.push({ module, ...(findings && { findings }) });
    }
    return changed;
  }

  #urlOf(file: string): string {
    const { files } = this.#world;
    const real = realOf(file);
    const url = this.#graph.inOrder().find((known) => {
      const path = modulePath(files, known);
      return path !== undefined && realOf(path) === real;
    });
    if (url) return url;
    throw new ApexError('module-not-loaded', `The sandbox has not loaded ${file}.`, 'See "apex sandbox modules ID".');
  }

  async #scanned(module: Loaded): Promise<{ findings?: ModuleFinding[]; refusal?: string }> {
    const { scan, files } = this.#world;
    if (!scan || module.kind === 'builtin' || module.kind === 'json') return {};
    try {
      const path = modulePath(files, module.url) ?? `${files.root}/${module.url.split('/').at(-1)}`;
      const findings = await scan.scanner.scan(path, module.source);
      const refusal = refusalFor(module.url, findings, scan.least);
      return { findings, ...(refusal && { refusal }) };
    } catch (error) {
      return { refusal: toErrorReport(error).message };
    }
  }
}

function refused(url: string, reason: string): ApexError {
  return new ApexError('module-refused', `${url} is not replaced: ${reason}`, 'The version from before goes on.');
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
