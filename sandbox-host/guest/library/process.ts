/**
 * What packages ask `process` for before they do anything else. It says that there is no Node: with a version they would ask
 * for modules of Node's own. Variables of the host are asked for with `env` of `apex`.
 */
export function createProcess() {
  const nothing = () => undefined;
  return {
    title: 'apex',
    browser: true,
    env: {},
    argv: [],
    version: '',
    versions: {},
    platform: 'browser',
    cwd: () => '/app',
    nextTick: (action: (...args: unknown[]) => void, ...args: unknown[]) => queueMicrotask(() => action(...args)),
    emitWarning: (warning: unknown) => console.warn(String(warning)),
    on: nothing,
    once: nothing,
    off: nothing,
    removeListener: nothing,
  };
}
