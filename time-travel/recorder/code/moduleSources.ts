/** Replay: the source text of a CommonJS module can be changed between the log and Node's loader. */
import { endsWith } from '../../recording/safeBuiltins.ts';
import { ownStack } from '../disguise/ownStack.ts';
import { sameExports } from './sameExports.ts';

/** Gets the text of a module and its absolute file name; gives the text to compile, with the same lines. */
export type SourceTransform = (source: string, filename: string) => string;

let transform: SourceTransform | undefined;
export function setSourceTransform(change: SourceTransform): void {
  transform = change;
}

const LOADER = 'node:internal/modules/cjs/loader';
/** Through which it reads since Node 26. */
const LOADER_HELPERS = 'node:internal/modules/helpers';

/** True when Node's loader, not the program, called the file function that calls us. */
function calledByLoader(): boolean {
  const sites = ownStack();
  for (let i = 0; i < sites.length; i++) {
    const file = sites[i]!.getFileName();
    if (file === LOADER) return true;
    if (file !== 'node:fs' && file !== LOADER_HELPERS) return false;
  }
  return false;
}

/** What a replayed read of a whole file gives to its caller. */
export function transformRead(path: unknown, content: unknown): unknown {
  if (!transform || typeof content !== 'string' || typeof path !== 'string') return content;
  if (endsWith(path, '.json') || !calledByLoader()) return content;
  const changed = transform(content, path);
  return changed + sameExports(content, changed);
}
