/** Asynchronous WebAssembly compilation ends on a platform thread: here it ends at once, the same in both modes. */
import { disguise, replaceFunction } from './disguise.ts';

export function installWebAssembly(): void {
  if (typeof WebAssembly === 'undefined') return;
  const { Module, Instance } = WebAssembly;
  const compile = async (bytes: BufferSource) => new Module(bytes);
  const instantiate = async (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) => {
    if (source instanceof Module) return new Instance(source, imports);
    const module = new Module(source);
    return { module, instance: new Instance(module, imports) };
  };
  replaceFunction(WebAssembly, 'compile', disguise(compile, WebAssembly.compile));
  replaceFunction(WebAssembly, 'instantiate', disguise(instantiate, WebAssembly.instantiate));
}
