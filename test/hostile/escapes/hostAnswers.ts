import type { EscapeProgram } from './escapeProgram.ts';

/** Answers of the host, caught on their way. */
export const hostAnswers: readonly EscapeProgram[] = [
  [
    'Object.prototype answers for the host',
    `
      for (const k of ['ok', 'value', 'error', 't', 'id', 'base64', 'kind', 'url', 'source'])
        Object.defineProperty(Object.prototype, k, {
          configurable: true,
          get() {
            look(this);
            return undefined;
          },
          set(v) {
            look(v, this);
          },
        });
      await (await import('fs/promises')).readFile('/app/x').catch((e) => look(e, e.constructor, e.code));
    `,
  ],
  [
    'Promise that is another one',
    `
      const Own = Promise;
      globalThis.Promise = class extends Own {
        constructor(f) {
          super(f);
          look(new.target, this);
        }
      };
      Promise.prototype.then = function (...a) {
        look(this);
        return Own.prototype.then.apply(this, a);
      };
      setTimeout(() => {}, 1);
      await import('./none.js').catch((e) => look(e));
    `,
  ],
  [
    'species of what the library makes',
    `
      for (const C of [Array, Promise, ArrayBuffer, Uint8Array, RegExp, Map, Set])
        Object.defineProperty(C, Symbol.species, {
          get() {
            look(this);
            return function (...a) {
              look(this, ...a);
              return Reflect.construct(C, a);
            };
          },
        });
      new TextEncoder().encode('ä');
      structuredClone([new Uint8Array(4), new Map([[1, 2]])]);
      new URL('http://a/?b#c');
    `,
  ],
  [
    'structuredClone with a transfer list',
    `
      const buffer = new ArrayBuffer(8);
      const copy = structuredClone({ buffer, f: [1] }, { transfer: [buffer] });
      look(copy, copy.buffer, copy.buffer.constructor);
      try {
        structuredClone({}, { transfer: [{ then() {} }, globalThis] });
      } catch (e) {
        look(e);
      }
    `,
  ],
  [
    'getters that run while state is read',
    `
      import { state } from 'apex';
      const s = state('s', {});
      Object.defineProperty(s, 'x', {
        enumerable: true,
        get() {
          look(this, new Error().stack);
          Error.prepareStackTrace = (e, f) =>
            f.map((c) => {
              look(c.getThis?.(), c.getFunction?.());
            });
          return new Error().stack;
        },
      });
    `,
  ],
  [
    'state with a proxy in it',
    `
      import { state } from 'apex';
      state('s', {
        p: new Proxy(
          {},
          {
            get(t, k) {
              look(t, k);
              return undefined;
            },
            ownKeys() {
              look(this);
              return ['constructor'];
            },
            getOwnPropertyDescriptor() {
              return { value: process, configurable: true, enumerable: true };
            },
          },
        ),
      });
    `,
  ],
];
