import { BOUNDARY_VARIABLE } from './order.ts';

interface EnvironmentData {
  getEnvironmentData(key: string): unknown;
}

/**
 * Where the order lies: a process has it in its environment, a worker thread, which may share that, in what Node calls the
 * environment data of a worker.
 * @param preloadRequire of a file preloaded as CommonJS with --expose-internals
 */
export function orderText(
  preloadRequire: NodeJS.Require,
  internalBinding: (name: string) => Record<string, unknown>,
): string | undefined {
  if (internalBinding('worker').isMainThread) return process.env[BOUNDARY_VARIABLE];
  const text = (preloadRequire('internal/worker') as EnvironmentData).getEnvironmentData(BOUNDARY_VARIABLE);
  return typeof text === 'string' ? text : undefined;
}
