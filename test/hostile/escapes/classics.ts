import type { EscapeProgram } from './escapeProgram.ts';

/** What has opened node:vm and vm2: constructor chains, callers, stacks. */
export const classics: readonly EscapeProgram[] = [
  ['process', 'if (typeof process !== "undefined") leak("process");'],
  ['require', 'if (typeof require !== "undefined") leak("require");'],
  ['Buffer', 'if (typeof Buffer !== "undefined" && Buffer.allocUnsafe?.(1e4).some?.((b) => b)) leak("Buffer");'],
  [
    'globalThis of a function',
    'const g = Function("return this")(); if (g.process || g.require || g.global?.process) leak("global");',
  ],
  [
    'constructor chain from console',
    'const F = console.log.constructor; if (F("return typeof process")() !== "undefined") leak("process");',
  ],
  [
    'constructor chain from a timer',
    'const F = setTimeout.constructor; if (F("return typeof process")() !== "undefined") leak("process");',
  ],
  [
    'constructor chain from apex',
    'import { state } from "apex"; if (state.constructor("return typeof process")() !== "undefined") leak("process");',
  ],
  [
    'constructor chain from an async function',
    'const F = (async () => {}).constructor; if (await F("return typeof process")() !== "undefined") leak("process");',
  ],
  [
    'constructor chain from a generator',
    `
      const F = function* () {}.constructor;
      if (F('return typeof process')().next().value !== 'undefined') leak('process');
    `,
  ],
  [
    'constructor chain from an error of the host',
    `
      try {
        setTimeout(1);
      } catch (e) {
        if (e.constructor.constructor('return typeof process')() !== 'undefined') leak('process');
      }
    `,
  ],
  [
    'constructor chain from a rejected import',
    `
      const e = await import('./gone.js').catch((e) => e);
      if (e.constructor.constructor('return typeof process')() !== 'undefined') leak('process');
    `,
  ],
  [
    'constructor chain from a stack overflow',
    `
      let e;
      const f = () => f();
      try {
        f();
      } catch (x) {
        e = x;
      }
      if (e.constructor.constructor('return typeof process')() !== 'undefined') leak('process');
    `,
  ],
  [
    'constructor chain from a failed allocation',
    `
      let e;
      try {
        new ArrayBuffer(2 ** 40);
      } catch (x) {
        e = x;
      }
      if (e.constructor.constructor('return typeof process')() !== 'undefined') leak('process');
    `,
  ],
  [
    'caller of a runtime function',
    'try { look((function f() { return f.caller })(), console.log.caller, console.log.arguments) } catch {}',
  ],
  [
    'arguments.callee.caller',
    `
      Function('setTimeout(function () { const c = arguments.callee.caller; if (c) globalThis.c = c; })')();
      setTimeout(() => look(globalThis.c), 20);
    `,
  ],
  [
    'stack frames through prepareStackTrace',
    `
      Error.prepareStackTrace = (e, sites) => {
        for (const s of sites) look(s.getThis?.(), s.getFunction?.());
        return '';
      };
      new Error().stack;
      setTimeout(() => new Error().stack);
    `,
  ],
  [
    'file names in stacks',
    'if (/file:|node:|\\/work|\\/usr|\\/root|\\/home|sandboxWorker/.test(new Error().stack)) leak("a path");',
  ],
  [
    'file names in the stack of a timer',
    'setTimeout(() => { if (/file:|node:|sandboxWorker/.test(new Error().stack)) leak("a path"); });',
  ],
  [
    'source of runtime functions',
    'if (/\\/work|\\/root|process\\./.test(Object.values(console).map(String).join())) leak("source");',
  ],
  ['import.meta', 'if (Object.values(import.meta).some((v) => !/^(file:..)?\\/app(\\/|$)/.test(v))) leak("a path");'],
  [
    'proxy on the global',
    'globalThis.__proto__ = new Proxy({}, { get(t, k, r) { look(r); } }); void somethingUndefined;',
  ],
];
