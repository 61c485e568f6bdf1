import type { EscapeProgram } from './escapeProgram.ts';

/** Built-ins changed under the runtime, to get hold of what passes through them. */
export const builtIns: readonly EscapeProgram[] = [
  [
    'Map.prototype.set',
    `
      const own = Map.prototype.set;
      Map.prototype.set = function (k, v) {
        look(v, v?.resolve, this);
        return own.call(this, k, v);
      };
      setTimeout(() => {});
    `,
  ],
  [
    'Map.prototype.get',
    `
      const own = Map.prototype.get;
      Map.prototype.get = function (k) {
        const v = own.call(this, k);
        look(v, v?.run);
        return v;
      };
      setTimeout(() => {});
    `,
  ],
  [
    'Function.prototype.call',
    `
      const own = Reflect.apply;
      Function.prototype.call = function (...a) {
        look(this, ...a);
        return own(this, a[0], a.slice(1));
      };
      console.log(1);
      setTimeout(() => {});
    `,
  ],
  [
    'Function.prototype.apply',
    `
      const own = Reflect.apply;
      Function.prototype.apply = function (t, a) {
        look(this, t);
        return own(this, t, a ?? []);
      };
      console.log(1);
      setTimeout(() => {});
    `,
  ],
  [
    'Reflect.apply',
    `
      const own = Reflect.apply;
      Reflect.apply = (f, t, a) => {
        look(f, t, ...a);
        return own(f, t, a);
      };
      console.log(1);
      setTimeout(() => {});
    `,
  ],
  [
    'Function.prototype.bind',
    `
      const own = Function.prototype.bind;
      Function.prototype.bind = function (...a) {
        look(this, ...a);
        return Reflect.apply(own, this, a);
      };
      console.log(1);
    `,
  ],
  [
    'JSON.stringify',
    `
      const own = JSON.stringify;
      JSON.stringify = (v) => {
        look(v);
        return own({ t: 'call', id: 1, op: 'process', args: ['exit'] });
      };
      console.log(1);
      export default 1;
    `,
  ],
  [
    'JSON.parse',
    'const own = JSON.parse; JSON.parse = (t) => { const v = own(t); look(v); return v }; setTimeout(() => {});',
  ],
  [
    'toJSON on Object.prototype',
    'Object.prototype.toJSON = function () { look(this); return { t: "answer", id: 1, ok: true } }; console.log(1);',
  ],
  [
    'Array.prototype.push',
    `
      const own = Array.prototype.push;
      Array.prototype.push = function (...a) {
        look(this, ...a);
        return Reflect.apply(own, this, a);
      };
      console.log([1], { a: 1 });
    `,
  ],
  [
    'the iterator of arrays',
    `
      const own = Array.prototype[Symbol.iterator];
      Array.prototype[Symbol.iterator] = function () {
        look(...Object.values(this));
        return own.call(this);
      };
      console.log(1, 2);
    `,
  ],
  [
    'Promise.prototype.then',
    `
      const own = Promise.prototype.then;
      Promise.prototype.then = function (...a) {
        look(this, ...a);
        return Reflect.apply(own, this, a);
      };
      await null;
      setTimeout(async () => {
        await 1;
      });
    `,
  ],
  [
    'a replaced Promise',
    `
      globalThis.Promise = class extends Promise {
        constructor(f) {
          super((r, j) =>
            f(
              (v) => {
                look(v);
                r(v);
              },
              (e) => {
                look(e);
                j(e);
              },
            ),
          );
        }
      };
      queueMicrotask(() => {});
    `,
  ],
  [
    'Symbol.species',
    `
      class P extends Promise {
        static get [Symbol.species]() {
          return function (f) {
            f((v) => look(v), look);
          };
        }
      }
      P.resolve(1).then(() => {});
    `,
  ],
  [
    'setters on Object.prototype',
    `
      for (const k of ['send', 'resolve', 'reject', 'calls', 'registry', 'ivm', 'isolate', 'value'])
        Object.defineProperty(Object.prototype, k, {
          set(v) {
            look(v, this);
          },
          configurable: true,
        });
      console.log(1);
      setTimeout(() => {});
    `,
  ],
  [
    'getters on Object.prototype',
    `
      for (const k of ['code', 't', 'id', 'op', 'error', 'state', 'check', 'onEdit'])
        Object.defineProperty(Object.prototype, k, {
          get() {
            look(this);
            return undefined;
          },
          configurable: true,
        });
      console.log(1);
    `,
  ],
  [
    'Symbol.hasInstance',
    'Object.defineProperty(Error, Symbol.hasInstance, { value(v) { look(v); return true } }); console.log({ a: 1 });',
  ],
  ['Symbol.toStringTag', 'Object.prototype[Symbol.toStringTag] = "Isolate"; console.log({});'],
  [
    'Proxy as console argument',
    `
      console.log(
        new Proxy(
          {},
          {
            get(t, k, r) {
              look(r, k);
              return undefined;
            },
            ownKeys() {
              look(this);
              return [];
            },
          },
        ),
      );
    `,
  ],
  [
    'String.prototype.replace',
    `
      const own = String.prototype.replaceAll;
      String.prototype.replaceAll = function (...a) {
        look(this, ...a);
        return Reflect.apply(own, this, a);
      };
      console.group();
      console.log('x');
    `,
  ],
];
