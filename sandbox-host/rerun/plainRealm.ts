import type { Context } from 'node:vm';

/** Takes what Node has added to the global object away: a guest's world has the language alone, and its runtime adds the rest. */
export function leaveLanguageOnly(names: readonly string[]): void {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!names.includes(name)) Reflect.deleteProperty(globalThis, name);
  }
  for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
    if (symbol !== Symbol.toStringTag) Reflect.deleteProperty(globalThis, symbol);
  }
}

/** The names that V8 itself gives a global object. */
export function languageNames(vm: { createContext(): Context; runInContext(code: string, context: Context): unknown }) {
  return vm.runInContext('Object.getOwnPropertyNames(globalThis)', vm.createContext()) as string[];
}

/**
 * Stacks as an isolate has them: modules by the guest's names, and no frame of Node or of the rerun.
 * @param guestName the guest's name of a module that V8 knows by another
 */
export function guestStacks(guestName: (name: string) => string | undefined): void {
  const { apply } = Reflect;
  const describe = Error.prototype.toString;
  const { indexOf, slice } = String.prototype;
  const startsWith = (text: string, start: string) => apply(slice, text, [0, start.length]) === start;
  const prepareStackTrace = (error: Error, frames: NodeJS.CallSite[]) => {
    let text = apply(describe, error, []) as string;
    for (let at = 0; at < frames.length; at++) {
      const frame = frames[at]!;
      const file = frame.getFileName() ?? '';
      const known = guestName(file);
      if (startsWith(file, 'node:') || startsWith(file, 'apex:rerun') || startsWith(file, 'apex:begin')) continue;
      if (known === undefined && startsWith(file, 'file:')) continue;
      let line = frame.toString();
      if (known !== undefined) {
        const place = apply(indexOf, line, [file]) as number;
        const shown = startsWith(file, 'apex:entry') ? 'apex:entry' : known;
        line = apply(slice, line, [0, place]) + shown + apply(slice, line, [place + file.length]);
      }
      text += `\n    at ${line}`;
    }
    return text;
  };
  Object.defineProperty(Error, 'prepareStackTrace', {
    value: prepareStackTrace,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
