import { builtIns } from './escapes/builtIns.ts';
import { classics } from './escapes/classics.ts';
import { doors } from './escapes/doors.ts';
import { engine } from './escapes/engine.ts';
import type { EscapeProgram } from './escapes/escapeProgram.ts';
import { hostAnswers } from './escapes/hostAnswers.ts';
import { modules } from './escapes/modules.ts';
import { stacks } from './escapes/stacks.ts';

/**
 * Attempts to reach something outside the sandbox: name and source. `leak(evidence)` reports a success; `hostLike(value)` tells
 * a function of the host (isolated-vm hands those over as nameless native functions) and objects that only a host has.
 */
export const prelude = `
const leak = (evidence) => console.log('ESCAPED', evidence);
const native = Function.prototype.toString;
const hostLike = (value) =>
  (typeof value === 'function' && value.name === '' && native.call(value) === 'function () { [native code] }' && value) ||
  (value && typeof value === 'object' && ('isolate' in value || 'mainModule' in value || 'applySyncPromise' in value) && value);
const look = (...values) => { for (const value of values) if (hostLike(value)) leak('a host object'); };
`;

export const escapePrograms: readonly EscapeProgram[] = [
  ...classics,
  ...builtIns,
  ...doors,
  ...modules,
  ...engine,
  ...hostAnswers,
  ...stacks,
];
