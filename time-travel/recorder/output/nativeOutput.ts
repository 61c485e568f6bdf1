/** Text that native code prints by itself, beneath the boundary: a replay prints it in its place. */
import { bufferFrom } from '../../recording/safeBuiltins.ts';
import type { CallSpec } from '../calls/callSpec.ts';
import { exchangeFact } from '../start/facts.ts';
import { printByNative } from './output.ts';

/** For a native function that prints to standard error: `textOf` its result is what it has printed. */
export function printing(textOf: (result: unknown) => string): CallSpec {
  return {
    extra: {
      record(_self, _args, result) {
        const text = textOf(result);
        if (text === '') return undefined;
        print(text);
        return text;
      },
      replay(_self, _args, text) {
        if (typeof text === 'string') print(text);
      },
    },
  };
}

/** Before the program starts. @param text what native code has printed to standard error; ignored in replay */
export function printedAtStart(text: string): void {
  const printed = exchangeFact(text) as string;
  if (printed !== '') print(printed);
}

const print = (text: string): void => printByNative(2, bufferFrom(text));
