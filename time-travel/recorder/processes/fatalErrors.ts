/**
 * The source line that Node prints for an uncaught error. For an error that native code threw, V8 takes the innermost
 * JavaScript frame, which is ours: the line of the caller, in Node's library, is put on the error instead.
 */
import { reflectApply, SafeWeakMap } from '../../recording/safeBuiltins.ts';
import { disguise } from '../disguise/disguise.ts';
import { internalBinding, type NativeFunction } from '../start/natives.ts';

const thrownByNatives = new SafeWeakMap<object, true>();
export function noteThrown(error: object): void {
  thrownByNatives.set(error, true);
}

let listener: (error: unknown) => void = () => undefined;
/** Recording: hears of an uncaught error before the program does. */
export function onUncaught(listen: (error: unknown) => void): void {
  listener = listen;
}

let uncaught: { error: unknown } | undefined;
/** The error that ended the program, with its stack; undefined when none did. */
export function uncaughtText(): string | undefined {
  if (!uncaught) return undefined;
  const { error } = uncaught;
  try {
    return (error instanceof Error ? error.stack : undefined) ?? String(error);
  } catch {
    return 'an object without a text';
  }
}

export function installFatalErrors(): void {
  const { privateSymbols } = internalBinding('util') as { privateSymbols: Record<string, symbol> };
  const arrow = privateSymbols.arrow_message_private_symbol!;
  const target = process as unknown as Record<'_fatalException', NativeFunction>;
  const original = target._fatalException;
  const handle: NativeFunction = function (this: unknown, ...args: unknown[]) {
    uncaught = { error: args[0] };
    listener(args[0]);
    const handled = reflectApply(original, this, args);
    if (handled) uncaught = undefined;
    const error = args[0];
    if (!handled && typeof error === 'object' && error !== null && thrownByNatives.has(error)) {
      const line = sourceLine((error as Error).stack);
      if (line) Reflect.set(error, arrow, line);
    }
    return handled;
  };
  target._fatalException = disguise(handle, original);
}

/** `FILE:LINE`, the line, and a mark under the column, as `GetErrorSource` in Node's node_errors.cc prints them. */
function sourceLine(stack: string | undefined): string | undefined {
  const match = /\n {4}at .*?\(?node:([^\s()]+):(\d+):(\d+)\)?/.exec(stack ?? '');
  if (!match) return undefined;
  const { natives } = internalBinding('builtins') as { natives: Record<string, string> };
  const text = natives[match[1]!]?.split('\n')[Number(match[2]) - 1];
  if (text === undefined) return undefined;
  const column = Number(match[3]) - 1;
  const indent = text.slice(0, column).replace(/[^\t]/g, ' ');
  return `node:${match[1]}:${match[2]}\n${text}\n${indent}^\n`;
}
