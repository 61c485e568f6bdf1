import type { EscapeProgram } from './escapeProgram.ts';

/** The runtime's own doors, and what it says of declared state. */
export const doors: readonly EscapeProgram[] = [
  [
    'calling the end twice',
    'globalThis.__apexDone?.({ default: 1 }); globalThis.__apexDone?.({ default: process }); export default 2;',
  ],
  [
    'asking for every built-in module',
    `
      for (const name of [
        'fs',
        'node:fs',
        'child_process',
        'vm',
        'process',
        'isolated-vm',
        'constructor',
        '__proto__',
        'apex:entry',
      ]) {
        const m = globalThis.__apexBuiltin?.(name);
        if (m && (m.readFileSync || m.exec || m.Isolate || m.Script)) leak(name);
      }
    `,
  ],
  [
    'replacing the runtime doors',
    `
      try {
        globalThis.__apexBuiltin = () => ({ state: 1 });
        globalThis.__apexDone = leak;
      } catch {}
      for (const k of ['__apexBuiltin', '__apexDone']) if (Object.getOwnPropertyDescriptor(globalThis, k)?.writable) leak(k);
    `,
  ],
  ['nameless native functions on the global', 'for (const k of Reflect.ownKeys(globalThis)) look(globalThis[k]);'],
  ['hidden symbols on the global', 'for (const s of Object.getOwnPropertySymbols(globalThis)) look(globalThis[s]);'],
  [
    'state named __proto__',
    'import { state } from "apex"; state("__proto__", { polluted: true }); if ({}.polluted) leak("pollution");',
  ],
  [
    'state with a hostile class',
    `
      import { state } from 'apex';
      class Isolate {
        get x() {
          look(this);
          return 1;
        }
      }
      state('s', { i: new Isolate() });
    `,
  ],
];
