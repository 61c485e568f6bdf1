/** How a hostile program has to end: by the clock, by memory, by output, by any limit, or with an error that it meets itself. */
export type Ending = 'time' | 'memory' | 'output' | 'limit' | 'harmless';

/** Programs that try to take more than they may: name, ending, source. */
export const limitPrograms: readonly (readonly [name: string, ending: Ending, source: string])[] = [
  // Loops
  ['empty loop', 'time', 'for (;;);'],
  ['while true', 'time', 'while (true) {}'],
  ['do loop', 'time', 'let n = 0; do { n++ } while (n >= 0)'],
  ['labelled loop', 'time', 'a: for (;;) { for (;;) continue a; }'],
  ['counting loop', 'time', 'let n = 0n; for (;;) n++;'],
  ['finally loop', 'time', 'function f() { try { return 1 } finally { for (;;); } } f();'],
  ['finally that continues', 'time', 'for (;;) { try { throw 1 } finally { continue } }'],
  ['catch that swallows', 'time', 'for (;;) { try { null.x } catch {} }'],
  ['generator without end', 'time', 'function* g() { for (;;) yield 1 } for (const _ of g());'],
  [
    'iterator without end',
    'time',
    'for (const _ of { [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) });',
  ],
  ['spread of an endless iterator', 'limit', 'const it = { *[Symbol.iterator]() { for (;;) yield 1 } }; [...it];'],
  ['destructuring an endless iterator', 'limit', 'const [...all] = { *[Symbol.iterator]() { for (;;) yield 1 } };'],
  ['Array.from of a huge length', 'limit', 'Array.from({ length: 2 ** 32 - 1 });'],
  ['mutual recursion in tail position', 'limit', 'const a = () => b(); const b = () => a(); a();'],
  ['recursion that catches its overflow', 'time', 'function f() { try { f() } catch { f() } } f();'],
  ['getter that recurses', 'limit', 'const o = { get a() { return this.a } }; o.a;'],
  ['proxy that recurses', 'limit', 'const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.x;'],
  ['toString loop', 'time', 'String({ toString() { for (;;); } });'],
  ['valueOf loop', 'time', '+{ valueOf() { for (;;); } };'],
  ['toPrimitive loop', 'time', '1 + { [Symbol.toPrimitive]() { for (;;); } };'],
  ['toJSON loop', 'time', 'JSON.stringify({ toJSON() { for (;;); } });'],
  ['getter loop', 'time', '({ get x() { for (;;); } }).x;'],
  ['setter loop', 'time', '({ set x(v) { for (;;); } }).x = 1;'],
  ['proxy trap loop', 'time', 'Object.keys(new Proxy({}, { ownKeys() { for (;;); } }));'],
  ['constructor loop', 'time', 'new (class { constructor() { for (;;); } })();'],
  ['static block loop', 'time', 'class A { static { for (;;); } }'],
  ['field initialiser loop', 'time', 'class A { x = (() => { for (;;); })() } new A();'],
  ['instanceof loop', 'time', '1 instanceof { [Symbol.hasInstance]() { for (;;); } };'],
  ['tagged template loop', 'time', '(() => { for (;;); })`x`;'],
  ['sort with an endless comparator', 'time', '[1, 2].sort(() => { for (;;); });'],
  ['sort with a lying comparator', 'time', 'for (;;) Array(1e4).fill(1).sort(() => Math.random() - 0.5);'],
  ['replace with an endless function', 'time', '"x".replace("x", () => { for (;;); });'],
  ['reviver loop', 'time', 'JSON.parse("[1]", () => { for (;;); });'],
  ['reduce for ever', 'time', 'for (;;) Array(1e5).fill(1).reduce((a, b) => a + b);'],
  ['eval loop', 'time', '(0, eval)("for (;;);");'],
  ['Function loop', 'time', 'new Function("for (;;);")();'],
  ['error whose message loops', 'time', 'throw { get message() { for (;;); } };'],
  ['error whose stack loops', 'time', 'throw { message: "x", get stack() { for (;;); } };'],
  ['prepareStackTrace loop', 'time', 'Error.prepareStackTrace = () => { for (;;); }; new Error().stack;'],
  ['default export with an endless toJSON', 'time', 'export default { toJSON() { for (;;); } };'],
  // Regular expressions and native work
  ['catastrophic regex', 'time', '/^(a+)+$/.test("a".repeat(40) + "b");'],
  ['nested quantifiers', 'time', '/^(([a-z])+.)+[A-Z]([a-z])+$/.test("a".repeat(60));'],
  ['regex with backreferences', 'time', '/^(a*)*\\1$/.test("a".repeat(35) + "b");'],
  ['regex in replaceAll', 'time', '("a".repeat(40) + "b").replaceAll(/(a|a)+$/g, "");'],
  ['regex in split', 'time', '("a".repeat(40) + "b").split(/(a*)*c/);'],
  ['bigint multiplication', 'limit', 'let x = 3n; for (;;) x = x * x;'],
  ['bigint power', 'limit', '2n ** (2n ** 29n) * 3n ** (2n ** 27n);'],
  ['bigint to text', 'limit', 'for (let x = 7n ** 300000n; ; ) String(x);'],
  ['bigint shift', 'limit', 'let x = 1n; for (;;) x = (x << 10000000n) | x;'],
  ['bigint from a long text', 'limit', 'for (;;) BigInt("9".repeat(3e5));'],
  ['huge JSON text', 'limit', 'const t = "[" + "1,".repeat(4e6) + "1]"; for (;;) JSON.parse(t);'],
  ['deep JSON text', 'limit', 'JSON.parse("[".repeat(1e6));'],
  ['string search', 'limit', 'const s = "a".repeat(2e7); for (;;) s.indexOf("a".repeat(1e6) + "b");'],
  ['normalize', 'limit', 'const s = "\\u1e9b\\u0323".repeat(1e6); for (;;) s.normalize("NFKD");'],
  ['localeCompare', 'limit', 'const s = "ä".repeat(1e6); for (;;) s.localeCompare(s + "b");'],
  ['Intl formatting', 'limit', 'for (;;) new Intl.DateTimeFormat("de", { dateStyle: "full" }).format(0);'],
  ['date parsing', 'time', 'for (;;) Date.parse("2020-01-01");'],
  ['compiling functions', 'limit', 'for (let i = 0; ; i++) new Function("return " + i)();'],
  ['compiling a huge function', 'limit', 'for (;;) new Function("a".repeat(10) + "=1;" + "x=1;".repeat(1e5));'],
  ['deeply nested source', 'limit', 'new Function("(".repeat(1e5) + ")".repeat(1e5));'],
  ['sorting large arrays', 'limit', 'for (;;) Float64Array.from({ length: 1e6 }, Math.random).sort();'],
  ['array methods over holes', 'time', 'const a = []; a[4e9] = 1; for (let i = 0; ; i++) a.includes(i);'],
  ['lastIndexOf over a huge length', 'time', 'Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 1);'],
  ['copyWithin of a huge length', 'time', 'Array.prototype.copyWithin.call({ length: 2 ** 53 - 1 }, 0, 1);'],
  // Promises and timers
  // Nothing keeps the promises: a chain of them would meet the limit of memory as soon.
  ['microtask loop', 'time', 'const f = () => void Promise.resolve().then(f); f();'],
  ['queueMicrotask loop', 'time', 'const f = () => queueMicrotask(f); f();'],
  ['await loop', 'time', 'for (;;) await null;'],
  ['thenable that never ends', 'time', 'await { then(r) { r({ then: this.then.bind(this) }) } };'],
  ['async generator loop', 'time', 'async function* g() { for (;;) yield 1 } for await (const _ of g());'],
  [
    'unhandled rejections without end',
    'limit',
    'const f = () => { Promise.reject(1).catch(f) }; f(); await new Promise(() => {});',
  ],
  ['Promise.all that grows', 'limit', 'let p = []; for (;;) p.push(Promise.all(p.slice(-1000)));'],
  ['await of nothing', 'harmless', 'await new Promise(() => {});'],
  ['interval without end', 'time', 'setInterval(() => {}, 1);'],
  ['timers that set timers', 'time', 'const f = () => setTimeout(f); f();'],
  ['loop in a timer', 'time', 'setTimeout(() => { for (;;); });'],
  ['loop after an await', 'time', 'await new Promise((r) => setTimeout(r, 5)); for (;;);'],
  ['more timers than allowed', 'limit', 'for (;;) setTimeout(() => {}, 1e6);'],
  ['a timer far away', 'time', 'setTimeout(() => {}, 2 ** 31 - 1);'],
  ['finalizers', 'limit', 'const r = new FinalizationRegistry(() => {}); for (;;) r.register({}, 1);'],
  // Memory
  ['array growth', 'memory', 'const a = []; for (;;) a.push(new Array(1000).fill(1.5));'],
  ['array filled at once', 'limit', 'Array(1e8).fill(1.1);'],
  ['Map growth', 'limit', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, i);'],
  ['Set growth', 'limit', 'const s = new Set(); for (;;) s.add({});'],
  [
    'WeakMap growth',
    'limit',
    'const k = []; const w = new WeakMap(); for (;;) { const o = {}; k.push(o); w.set(o, {}) }',
  ],
  ['linked list', 'limit', 'let o = {}; for (;;) o = { o, p: new Array(100) };'],
  ['closures', 'limit', 'const a = []; for (;;) a.push(() => a);'],
  ['strings', 'limit', 'const a = []; for (let i = 0; ; i++) a.push("x".repeat(1000) + i);'],
  ['string doubling', 'limit', 'let s = "x"; for (;;) s += s;'],
  [
    'string flattening',
    'limit',
    'const a = []; for (let i = 0; ; i++) { const s = "y".repeat(2 ** 27) + i; s.indexOf("z"); a.push(s) }',
  ],
  ['padding', 'limit', 'const a = []; for (let i = 0; ; i++) a.push("".padEnd(2 ** 26, "ab" + i).toUpperCase());'],
  ['split of a long string', 'limit', '"a".repeat(5e8).split("");'],
  ['join of a large array', 'limit', 'Array(3e7).join("abcdefgh").toUpperCase();'],
  ['typed arrays', 'limit', 'const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1));'],
  ['one huge buffer', 'harmless', 'new ArrayBuffer(2 ** 33);'],
  [
    'a resizable buffer',
    'harmless',
    'const b = new ArrayBuffer(8, { maxByteLength: 4e9 }); b.resize(3e9); new Uint8Array(b).fill(1);',
  ],
  ['buffer transfer', 'limit', 'let b = new ArrayBuffer(8); for (let n = 8; ; n *= 2) b = b.transfer(n);'],
  ['shared memory', 'harmless', 'new Uint8Array(new SharedArrayBuffer(3e9)).fill(1);'],
  ['WebAssembly memory', 'harmless', 'new WebAssembly.Memory({ initial: 65536 });'],
  ['properties of one object', 'limit', 'const o = {}; for (let i = 0; ; i++) o["k" + i] = i;'],
  ['symbols', 'limit', 'const o = {}; for (;;) o[Symbol()] = 1;'],
  ['regex literals', 'limit', 'const a = []; for (let i = 0; ; i++) a.push(new RegExp("a{" + (i % 1000) + "}b" + i));'],
  ['classes', 'limit', 'const a = []; for (;;) a.push(class { #x = 1; y() {} });'],
  ['proxies', 'limit', 'let p = {}; const a = []; for (;;) a.push((p = new Proxy({}, { get: () => p })));'],
  [
    'errors with stacks',
    'limit',
    'Error.stackTraceLimit = Infinity; const a = []; for (;;) a.push(new Error("x".repeat(100)).stack);',
  ],
  ['dates', 'limit', 'const a = []; for (;;) a.push(new Date());'],
  ['bound functions', 'limit', 'let f = () => {}; const a = []; for (;;) a.push(f.bind(null, a));'],
  [
    'structured state',
    'limit',
    'import { state } from "apex"; const s = state("s", { a: [] }); for (;;) s.a.push("x".repeat(100) + s.a.length);',
  ],
  ['memory after an await', 'limit', 'const a = []; for (;;) { a.push(new Array(1000).fill(1.5)); await null }'],
  [
    'memory in a timer',
    'limit',
    'const a = []; setInterval(() => { for (let i = 0; i < 1e4; i++) a.push(new Array(100).fill(1.5)) }, 1);',
  ],
  // Output and calls
  ['console flood', 'limit', 'for (;;) console.log("x".repeat(1000));'],
  ['one huge line', 'output', 'console.log("x".repeat(3e6));'],
  ['a huge object', 'harmless', 'console.log(Array(1e6).fill({ a: 1 }));'],
  ['stderr flood', 'limit', 'for (;;) console.error("x".repeat(1000));'],
  ['console.table of a lot', 'limit', 'console.table(Array(2e5).fill({ a: "x".repeat(100) }));'],
  ['group without end', 'limit', 'for (;;) { console.group("x"); console.log("y") }'],
  [
    'many states',
    'limit',
    'import { state } from "apex"; for (let i = 0; ; i++) state("s" + i, { a: "x".repeat(100) });',
  ],
  // Calls of the host
  [
    'calls without awaiting',
    'limit',
    'import { readFile } from "fs/promises"; for (;;) { readFile("/app/x").catch(() => {}); await null }',
  ],
  [
    'calls that make calls',
    'time',
    `
      import { readFile } from 'fs/promises';
      const f = () =>
        readFile('/app/x').catch(() => {
          f();
          f();
        });
      await f();
      await new Promise(() => setInterval(() => {}, 1));
    `,
  ],
  ['imports without end', 'limit', 'for (let i = 0; ; i++) await import("./none" + i + ".js").catch(() => {});'],
  ['imports at once', 'limit', 'for (let i = 0; ; i++) import("./none" + i + ".js").catch(() => {});'],
  ['a name of a megabyte', 'harmless', 'await import("./" + "x".repeat(1e6)).catch(() => {});'],
  [
    'a call of forty megabytes',
    'limit',
    'import { writeFile } from "fs/promises"; for (;;) await writeFile("/app/x", "x".repeat(3e7)).catch(() => {});',
  ],
  ['random bytes without end', 'time', 'for (;;) crypto.getRandomValues(new Uint8Array(65536));'],
  ['addresses without end', 'time', 'for (let i = 0; ; i++) new URL("http://a/" + "b/../".repeat(10000) + i);'],
  [
    'a body of a request that grows',
    'limit',
    'for (let s = "x"; ; s += s) fetch("http://127.0.0.1/", { method: "POST", body: s }).catch(() => {});',
  ],
  // Values
  ['BigInt64Array growth', 'limit', 'const a = []; for (;;) a.push(new BigInt64Array(1e5).fill(1n));'],
  ['BigInt growth', 'limit', 'let x = 1n; for (;;) x = (x << 1000n) | x;'],
  [
    'species that grows',
    'limit',
    `
      class A extends Array {
        static get [Symbol.species]() {
          return class extends A {
            constructor(n) {
              super(n);
              this.x = new Array(1e5).fill(1.5);
              keep.push(this);
            }
          };
        }
      }
      const keep = [];
      for (;;) new A(1, 2, 3).map((x) => x);
    `,
  ],
  [
    'an async generator that is never done',
    'time',
    'async function* g() { for (;;) yield* g2() } async function* g2() { yield 1 } for await (const x of g());',
  ],
  ['thenables in a ring', 'time', 'const a = { then: (r) => r(b) }, b = { then: (r) => r(a) }; await a;'],
  [
    'promises that resolve with each other',
    'limit',
    'const all = []; for (;;) all.push(new Promise((r) => all.length && r(all.at(-1))));',
  ],
  [
    'Promise.race that keeps',
    'limit',
    `
      const never = new Promise(() => {});
      for (;;) {
        Promise.race([never, Promise.resolve(new Array(100).fill(1.5))]);
        await null;
      }
    `,
  ],
  [
    'a stack trace that grows',
    'limit',
    `
      Error.stackTraceLimit = 1e6;
      const f = (n) => (n ? f(n - 1) : new Error('x').stack);
      const a = [];
      for (;;) a.push(f(5000));
    `,
  ],
  [
    'prepareStackTrace that recurses',
    'limit',
    'Error.prepareStackTrace = (e, f) => new Error(String(f)).stack; for (;;) new Error().stack;',
  ],
  ['lookbehind', 'time', 'for (;;) /(?<=(a+)+)b/.test("a".repeat(30));'],
  ['case folding of a class', 'time', 'for (;;) /^(?:[\\p{L}\\p{N}]+\\s?)+$/iu.test("a".repeat(30) + "!");'],
  [
    'matchAll without end',
    'limit',
    'const all = []; for (const m of "".padEnd(1e7, "ab").matchAll(/a?/g)) all.push(m);',
  ],
  ['replacement that multiplies', 'limit', 'let s = "xx"; for (;;) s = s.replaceAll("x", "$&$&$&$&");'],
  ['joined texts', 'limit', 'let s = "x"; for (;;) s = [s, s].join(``).normalize();'],
  [
    'groupBy and toSorted',
    'limit',
    `
      let a = Array.from({ length: 1e5 }, (_, i) => i);
      const keep = [];
      for (;;) keep.push(Object.groupBy(a.toSorted().toReversed(), (x) => x));
    `,
  ],
  [
    'iterator helpers without end',
    'time',
    'function* g() { for (;;) yield 1 } g().map((x) => x).filter(() => false).next();',
  ],
  // State and timers
  ['a key of ten megabytes', 'harmless', 'import { state } from "apex"; state("s", { ["k".repeat(1e7)]: 1 });'],
  [
    'state in a ring of getters',
    'limit',
    `
      import { state } from 'apex';
      const make = () => ({
        get next() {
          return make();
        },
      });
      state('s', make());
      setInterval(() => {}, 10);
    `,
  ],
  [
    'intervals that never let go',
    'limit',
    'for (let i = 0; i < 9000; i++) setInterval(() => { for (let n = 0; n < 1e4; n++); }, 1);',
  ],
  [
    'timers that throw in a promise',
    'harmless',
    'setTimeout(() => { Promise.reject(new Error("x".repeat(1e6))) }, 1);',
  ],
  [
    'an error of ten megabytes',
    'harmless',
    'throw Object.assign(new Error("m".repeat(1e7)), { stack: "s".repeat(1e7), name: "n".repeat(1e7) });',
  ],
  [
    'an export that is nested ten thousand times',
    'harmless',
    'let a = []; for (let i = 0; i < 1e4; i++) a = [a]; export default a;',
  ],
  ['an export of ten megabytes', 'harmless', 'export default "x".repeat(1e7);'],
];
