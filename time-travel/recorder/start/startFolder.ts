/**
 * Node has asked for the folder in which it was started, and for the `package.json` above it, to load the boundary. Both
 * modes forget the answers, so that the program asks again and the log has them: a replay depends neither on that folder
 * nor on what lies in it now.
 */
import { objectAssign } from '../../recording/safeBuiltins.ts';
import { compileAgain } from './libraryCopies.ts';
import { internalBinding, type NativeFunction, nodeRequire } from './natives.ts';

/** @param thread in a worker thread `process.cwd` is another function, which is behind the boundary itself */
export function forgetStartFolder(thread: boolean): void {
  if (!thread) forgetFolder();
  renewPackageReader();
}

/** `process.cwd` keeps its answer until `process.chdir` is called. */
function forgetFolder(): void {
  const methods = internalBinding('process_methods') as Record<string, NativeFunction>;
  const { chdir } = methods;
  methods.chdir = () => undefined;
  try {
    process.chdir('.');
  } finally {
    methods.chdir = chdir!;
  }
}

/** What it keeps is within it: a second one knows nothing yet. The loaders call its functions by way of the first. */
function renewPackageReader(): void {
  const id = 'internal/modules/package_json_reader';
  objectAssign(nodeRequire<object>(id), compileAgain(id));
}
