/** Asynchronous WebAssembly compilation ends on a platform thread: here it ends at once, the same in both modes. */
import { replaceFunction } from '../disguise/disguise.ts';

export function installWebAssembly(): void {
  if (typeof WebAssembly === 'undefined') return;
  const { Module, Instance } = WebAssembly;
  const compile = async (bytes: BufferSource) => new Module(bytes);
  const instantiate = async (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) => {
    if (source instanceof Module) return new Instance(source, imports);
    const module = new Module(source);
    return { module, instance: new Instance(module, imports) };
  };
  // The real ones are no async functions, but give promises.
  replaceFunction(WebAssembly, 'compile', (bytes: BufferSource) => compile(bytes));
  replaceFunction(WebAssembly, 'instantiate', (source: BufferSource, imports?: WebAssembly.Imports) =>
    instantiate(source, imports),
  );
}
