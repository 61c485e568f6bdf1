import { isTooLong } from '../bridge/frames.ts';
import type { LoadedModule } from '../bridge/modules.ts';

/** For what would not fit into a frame: a worker that is sent more ends, with every sandbox in it. */
export const TOO_LONG = { code: 'E2BIG', message: 'E2BIG: this is longer than what a sandbox can be told at once.' };

/** A module as a sandbox is told of it. */
export function moduleText(loaded: LoadedModule, specifier: string): string {
  const text = JSON.stringify(loaded);
  if (!isTooLong(text)) return text;
  const message = `"${specifier}" is longer than what a sandbox can be told at once.`;
  return JSON.stringify({ kind: 'refused', code: 'module-refused', message } satisfies LoadedModule);
}
