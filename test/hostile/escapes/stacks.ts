import type { EscapeProgram } from './escapeProgram.ts';

/** Frames and callers of the runtime. */
export const stacks: readonly EscapeProgram[] = [
  [
    'frames of the runtime',
    `
      Error.stackTraceLimit = 100;
      Error.prepareStackTrace = (e, frames) => frames;
      const seen = (f) => {
        for (const c of f) {
          look(c.getThis?.(), c.getFunction?.(), c.getEvalOrigin?.());
          if (/node:|isolated|\\/usr|\\/root|file:/.test(c.getFileName() ?? '')) leak(c.getFileName());
        }
      };
      const probe = {
        toString() {
          seen(new Error().stack);
          return 'x';
        },
      };
      console.log(probe);
      setTimeout(() => seen(new Error().stack), 1);
      await new Promise((r) => setTimeout(r, 5));
    `,
  ],
  [
    'frames of a compile error',
    `
      try {
        await import('data:text/javascript,)');
      } catch (e) {
        if (/\\/usr|\\/root|file:\\/\\//.test(e.stack)) leak(e.stack);
        look(e, e.constructor);
      }
      try {
        new Function(')');
      } catch (e) {
        look(e);
      }
    `,
  ],
  [
    'caller and arguments',
    `
      function f() {
        look(f.caller, f.arguments?.callee, arguments.callee.caller);
      }
      setTimeout(f, 1);
      await new Promise((r) => setTimeout(r, 5));
    `,
  ],
  [
    'an overflow within the runtime',
    `
      const deep = (n) => {
        try {
          return deep(n + 1);
        } catch (e) {
          look(e, e.constructor);
          try {
            console.log({ a: 1 });
          } catch (f) {
            look(f, f.constructor);
            if (/\\/usr|node_modules|file:/.test(f.stack)) leak(f.stack);
          }
        }
      };
      deep(0);
    `,
  ],
  [
    'an overflow while the host is asked',
    `
      const ask = (n) => {
        try {
          ask(n + 1);
        } catch {
          try {
            fetch('http://127.0.0.1/').catch((e) => look(e));
            crypto.randomUUID();
            new URL('http://a');
          } catch (e) {
            look(e, e.constructor);
          }
        }
      };
      ask(0);
    `,
  ],
];
