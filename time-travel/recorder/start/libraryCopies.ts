/**
 * Modules of Node's library that took native functions when Node was built are compiled again, behind the boundary: what the
 * copy takes is wrapped. The first goes on under its name for whoever has it already.
 */
import { objectAssign, reflectApply } from '../../recording/safeBuiltins.ts';
import { disguise } from '../disguise/disguise.ts';
import { builtinModules, Module, type NativeFunction, nodeRequire } from './natives.ts';

type Library = Record<string, NativeFunction>;

/** A second copy of a library module, which knows nothing yet. Leaves no trace in the list of loaded modules. */
export function compileAgain(id: string): object {
  const Builtin = builtinModules as unknown as new (id: string) => { compileForInternalLoader(): object };
  const exported = new Builtin(id).compileForInternalLoader();
  const { moduleLoadList: loaded } = process as unknown as { moduleLoadList: string[] };
  loaded.splice(loaded.lastIndexOf(`NativeModule ${id}`), 1);
  return exported;
}

const isLoaded = (id: string): boolean => builtinModules.map.get(id)?.loaded === true;

const RUN_MAIN = 'internal/modules/run_main';
const RESOLVE = 'internal/modules/esm/resolve';
const LOADER = 'internal/modules/esm/loader';

/** They look for the kind of the main module, and for the main file of a package. */
export function installModuleLoading(): void {
  if (isLoaded(RUN_MAIN)) renewRunMain();
  if (isLoaded(RESOLVE) && isLoaded(LOADER)) renewLoaderWhenUsed();
}

function renewRunMain(): void {
  const first = nodeRequire<Library>(RUN_MAIN);
  const { executeUserEntryPoint } = first;
  objectAssign(first, compileAgain(RUN_MAIN));
  const target = Module as unknown as { runMain: NativeFunction };
  if (target.runMain === executeUserEntryPoint) target.runMain = first.executeUserEntryPoint!;
}

/** A program without ES modules does not pay for it. There is one loader: the library asks for it each time. */
function renewLoaderWhenUsed(): void {
  const library = nodeRequire<Library>(LOADER);
  const first = { ...library };
  if (reflectApply(first.isCascadedLoaderInitialized!, undefined, [])) return;
  let used: Library | undefined;
  const renewed = (): Library => {
    if (used) return used;
    objectAssign(nodeRequire<Library>(RESOLVE), compileAgain(RESOLVE));
    used = compileAgain(LOADER) as Library;
    return used;
  };
  for (const name of Object.keys(first)) {
    const replacement: NativeFunction = function (this: unknown, ...args) {
      if (name === 'isCascadedLoaderInitialized' && !used) return false;
      return reflectApply(renewed()[name]!, this, args);
    };
    library[name] = disguise(replacement, first[name]!);
  }
}
