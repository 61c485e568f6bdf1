/**
 * Reaches Node's `internalBinding` without the warning that Node prints for it.
 * @param preloadRequire of a file preloaded as CommonJS with --expose-internals
 */
export function reachInternalBinding(preloadRequire: NodeJS.Require): (name: string) => Record<string, unknown> {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return preloadRequire('internal/test/binding').internalBinding;
  } finally {
    process.emitWarning = emitWarning;
  }
}
