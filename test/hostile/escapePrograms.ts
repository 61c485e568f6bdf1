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

export const escapePrograms: readonly (readonly [name: string, source: string])[] = [
  // The classics of node:vm and vm2
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
    'const F = (function* () {}).constructor; if (F("return typeof process")().next().value !== "undefined") leak("process");',
  ],
  [
    'constructor chain from an error of the host',
    'try { setTimeout(1) } catch (e) { if (e.constructor.constructor("return typeof process")() !== "undefined") leak("process"); }',
  ],
  [
    'constructor chain from a rejected import',
    'const e = await import("./gone.js").catch((e) => e); if (e.constructor.constructor("return typeof process")() !== "undefined") leak("process");',
  ],
  [
    'constructor chain from a stack overflow',
    'let e; const f = () => f(); try { f() } catch (x) { e = x } if (e.constructor.constructor("return typeof process")() !== "undefined") leak("process");',
  ],
  [
    'constructor chain from a failed allocation',
    'let e; try { new ArrayBuffer(2 ** 40) } catch (x) { e = x } if (e.constructor.constructor("return typeof process")() !== "undefined") leak("process");',
  ],
  [
    'caller of a runtime function',
    'try { look((function f() { return f.caller })(), console.log.caller, console.log.arguments) } catch {}',
  ],
  [
    'arguments.callee.caller',
    'Function("setTimeout(function () { const c = arguments.callee.caller; if (c) globalThis.c = c; })")(); setTimeout(() => look(globalThis.c), 20);',
  ],
  [
    'stack frames through prepareStackTrace',
    'Error.prepareStackTrace = (e, sites) => { for (const s of sites) look(s.getThis?.(), s.getFunction?.()); return ""; }; new Error().stack; setTimeout(() => new Error().stack);',
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
  // Taking hold of the bridge by changing built-ins under the runtime
  [
    'Map.prototype.set',
    'const own = Map.prototype.set; Map.prototype.set = function (k, v) { look(v, v?.resolve, this); return own.call(this, k, v) }; setTimeout(() => {});',
  ],
  [
    'Map.prototype.get',
    'const own = Map.prototype.get; Map.prototype.get = function (k) { const v = own.call(this, k); look(v, v?.run); return v }; setTimeout(() => {});',
  ],
  [
    'Function.prototype.call',
    'const own = Reflect.apply; Function.prototype.call = function (...a) { look(this, ...a); return own(this, a[0], a.slice(1)) }; console.log(1); setTimeout(() => {});',
  ],
  [
    'Function.prototype.apply',
    'const own = Reflect.apply; Function.prototype.apply = function (t, a) { look(this, t); return own(this, t, a ?? []) }; console.log(1); setTimeout(() => {});',
  ],
  [
    'Reflect.apply',
    'const own = Reflect.apply; Reflect.apply = (f, t, a) => { look(f, t, ...a); return own(f, t, a) }; console.log(1); setTimeout(() => {});',
  ],
  [
    'Function.prototype.bind',
    'const own = Function.prototype.bind; Function.prototype.bind = function (...a) { look(this, ...a); return Reflect.apply(own, this, a) }; console.log(1);',
  ],
  [
    'JSON.stringify',
    'const own = JSON.stringify; JSON.stringify = (v) => { look(v); return own({ t: "call", id: 1, op: "process", args: ["exit"] }) }; console.log(1); export default 1;',
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
    'const own = Array.prototype.push; Array.prototype.push = function (...a) { look(this, ...a); return Reflect.apply(own, this, a) }; console.log([1], { a: 1 });',
  ],
  [
    'the iterator of arrays',
    'const own = Array.prototype[Symbol.iterator]; Array.prototype[Symbol.iterator] = function () { look(...Object.values(this)); return own.call(this) }; console.log(1, 2);',
  ],
  [
    'Promise.prototype.then',
    'const own = Promise.prototype.then; Promise.prototype.then = function (...a) { look(this, ...a); return Reflect.apply(own, this, a) }; await null; setTimeout(async () => { await 1; });',
  ],
  [
    'a replaced Promise',
    'globalThis.Promise = class extends Promise { constructor(f) { super((r, j) => f((v) => { look(v); r(v) }, (e) => { look(e); j(e) })) } }; queueMicrotask(() => {});',
  ],
  [
    'Symbol.species',
    'class P extends Promise { static get [Symbol.species]() { return function (f) { f((v) => look(v), look) } } } P.resolve(1).then(() => {});',
  ],
  [
    'setters on Object.prototype',
    'for (const k of ["send", "resolve", "reject", "calls", "registry", "ivm", "isolate", "value"]) Object.defineProperty(Object.prototype, k, { set(v) { look(v, this) }, configurable: true }); console.log(1); setTimeout(() => {});',
  ],
  [
    'getters on Object.prototype',
    'for (const k of ["code", "t", "id", "op", "error", "state", "check", "onEdit"]) Object.defineProperty(Object.prototype, k, { get() { look(this); return undefined }, configurable: true }); console.log(1);',
  ],
  [
    'Symbol.hasInstance',
    'Object.defineProperty(Error, Symbol.hasInstance, { value(v) { look(v); return true } }); console.log({ a: 1 });',
  ],
  ['Symbol.toStringTag', 'Object.prototype[Symbol.toStringTag] = "Isolate"; console.log({});'],
  [
    'Proxy as console argument',
    'console.log(new Proxy({}, { get(t, k, r) { look(r, k); return undefined }, ownKeys() { look(this); return [] } }));',
  ],
  [
    'String.prototype.replace',
    'const own = String.prototype.replaceAll; String.prototype.replaceAll = function (...a) { look(this, ...a); return Reflect.apply(own, this, a) }; console.group(); console.log("x");',
  ],
  // The runtime's own doors
  [
    'calling the end twice',
    'globalThis.__apexDone?.({ default: 1 }); globalThis.__apexDone?.({ default: process }); export default 2;',
  ],
  [
    'asking for every built-in module',
    'for (const name of ["fs", "node:fs", "child_process", "vm", "process", "isolated-vm", "constructor", "__proto__", "apex:entry"]) { const m = globalThis.__apexBuiltin?.(name); if (m && (m.readFileSync || m.exec || m.Isolate || m.Script)) leak(name); }',
  ],
  [
    'replacing the runtime doors',
    'try { globalThis.__apexBuiltin = () => ({ state: 1 }); globalThis.__apexDone = leak } catch {} for (const k of ["__apexBuiltin", "__apexDone"]) if (Object.getOwnPropertyDescriptor(globalThis, k)?.writable) leak(k);',
  ],
  ['nameless native functions on the global', 'for (const k of Reflect.ownKeys(globalThis)) look(globalThis[k]);'],
  ['hidden symbols on the global', 'for (const s of Object.getOwnPropertySymbols(globalThis)) look(globalThis[s]);'],
  [
    'state named __proto__',
    'import { state } from "apex"; state("__proto__", { polluted: true }); if ({}.polluted) leak("pollution");',
  ],
  [
    'state with a hostile class',
    'import { state } from "apex"; class Isolate { get x() { look(this); return 1 } } state("s", { i: new Isolate() });',
  ],
  // Modules
  ['file outside by path', 'await import("../../../../../../etc/passwd").then((m) => leak("passwd"), () => {});'],
  ['file outside by file URL', 'await import("file:///etc/passwd").then((m) => leak("passwd"), () => {});'],
  ['file outside by absolute path', 'await import("/etc/hostname").then((m) => leak("hostname"), () => {});'],
  [
    'module from data',
    'const m = await import("data:text/javascript,export default typeof process").catch(() => ({})); if (m.default && m.default !== "undefined") leak("data");',
  ],
  ['node:fs', 'await import("node:fs").then((m) => { if (m.readFileSync?.("/etc/passwd")) leak("fs") }, () => {});'],
  ['node:child_process', 'await import("node:child_process").then((m) => leak("exec"), () => {});'],
  ['isolated-vm', 'await import("isolated-vm").then((m) => leak("ivm"), () => {});'],
  ['node:vm', 'await import("node:vm").then((m) => leak("vm"), () => {});'],
  ['node:worker_threads', 'await import("node:worker_threads").then((m) => leak("threads"), () => {});'],
  ['path with a null byte', 'await import("./program.js\\0/../../etc/passwd").then((m) => leak("passwd"), () => {});'],
  ['path in disguise', 'await import("./..%2f..%2fetc/passwd").then((m) => leak("passwd"), () => {});'],
  [
    'specifier that changes',
    'let n = 0; await import({ toString: () => (n++ ? "/etc/passwd" : "./gone.js") }).then((m) => leak("passwd"), () => {});',
  ],
  // Engine
  ['WebAssembly', 'if (typeof WebAssembly !== "undefined") leak("WebAssembly");'],
  [
    'shared memory',
    'if (typeof SharedArrayBuffer !== "undefined" || typeof Atomics !== "undefined") leak("shared memory");',
  ],
  [
    'a second realm',
    'if (typeof ShadowRealm !== "undefined") { const v = new ShadowRealm().evaluate("typeof WebAssembly + typeof process"); if (v !== "undefinedundefined") leak("realm") }',
  ],
  ['V8 natives syntax', 'try { Function("return %DebugPrint(1)")(); leak("natives") } catch {}'],
  [
    'gc and other extensions',
    'if (typeof gc !== "undefined" || typeof d8 !== "undefined" || typeof print !== "undefined") leak("extension");',
  ],
  ['time zone of the machine', 'if (Intl.DateTimeFormat().resolvedOptions().timeZone !== "UTC") leak("time zone");'],
  ['locale of the machine', 'if (!/^en-US/.test(Intl.DateTimeFormat().resolvedOptions().locale)) leak("locale");'],
  // Answers of the host
  [
    'Object.prototype answers for the host',
    'for (const k of ["ok", "value", "error", "t", "id", "base64", "kind", "url", "source"]) Object.defineProperty(Object.prototype, k, { configurable: true, get() { look(this); return undefined }, set(v) { look(v, this) } }); await (await import("fs/promises")).readFile("/app/x").catch((e) => look(e, e.constructor, e.code));',
  ],
  [
    'Promise that is another one',
    'const Own = Promise; globalThis.Promise = class extends Own { constructor(f) { super(f); look(new.target, this) } }; Promise.prototype.then = function (...a) { look(this); return Own.prototype.then.apply(this, a) }; setTimeout(() => {}, 1); await import("./none.js").catch((e) => look(e));',
  ],
  [
    'species of what the library makes',
    'for (const C of [Array, Promise, ArrayBuffer, Uint8Array, RegExp, Map, Set]) Object.defineProperty(C, Symbol.species, { get() { look(this); return function (...a) { look(this, ...a); return Reflect.construct(C, a) } } }); new TextEncoder().encode("ä"); structuredClone([new Uint8Array(4), new Map([[1, 2]])]); new URL("http://a/?b#c");',
  ],
  [
    'structuredClone with a transfer list',
    'const buffer = new ArrayBuffer(8); const copy = structuredClone({ buffer, f: [1] }, { transfer: [buffer] }); look(copy, copy.buffer, copy.buffer.constructor); try { structuredClone({}, { transfer: [{ then() {} }, globalThis] }) } catch (e) { look(e) }',
  ],
  [
    'getters that run while state is read',
    'import { state } from "apex"; const s = state("s", {}); Object.defineProperty(s, "x", { enumerable: true, get() { look(this, new Error().stack); Error.prepareStackTrace = (e, f) => f.map((c) => { look(c.getThis?.(), c.getFunction?.()) }); return new Error().stack } });',
  ],
  [
    'state with a proxy in it',
    'import { state } from "apex"; state("s", { p: new Proxy({}, { get(t, k) { look(t, k); return undefined }, ownKeys() { look(this); return ["constructor"] }, getOwnPropertyDescriptor() { return { value: process, configurable: true, enumerable: true } } }) });',
  ],
  // Stacks
  [
    'frames of the runtime',
    'Error.stackTraceLimit = 100; Error.prepareStackTrace = (e, frames) => frames; const seen = (f) => { for (const c of f) { look(c.getThis?.(), c.getFunction?.(), c.getEvalOrigin?.()); if (/node:|isolated|\\/usr|\\/root|file:/.test(c.getFileName() ?? "")) leak(c.getFileName()) } }; const probe = { toString() { seen(new Error().stack); return "x" } }; console.log(probe); setTimeout(() => seen(new Error().stack), 1); await new Promise((r) => setTimeout(r, 5));',
  ],
  [
    'frames of a compile error',
    'try { await import("data:text/javascript,)") } catch (e) { if (/\\/usr|\\/root|file:\\/\\//.test(e.stack)) leak(e.stack); look(e, e.constructor) } try { new Function(")") } catch (e) { look(e) }',
  ],
  [
    'caller and arguments',
    'function f() { look(f.caller, f.arguments?.callee, arguments.callee.caller) } setTimeout(f, 1); await new Promise((r) => setTimeout(r, 5));',
  ],
  [
    'an overflow within the runtime',
    'const deep = (n) => { try { return deep(n + 1) } catch (e) { look(e, e.constructor); try { console.log({ a: 1 }) } catch (f) { look(f, f.constructor); if (/\\/usr|node_modules|file:/.test(f.stack)) leak(f.stack) } } }; deep(0);',
  ],
  [
    'an overflow while the host is asked',
    'const ask = (n) => { try { ask(n + 1) } catch { try { fetch("http://127.0.0.1/").catch((e) => look(e)); crypto.randomUUID(); new URL("http://a") } catch (e) { look(e, e.constructor) } } }; ask(0);',
  ],
  // Modules
  [
    'import with attributes',
    'await import("/etc/passwd", { with: { type: "json" } }).then(() => leak("passwd"), () => {});',
  ],
  [
    'import through eval',
    'await (0, eval)("import(\'node:fs\')").then((m) => leak("fs"), (e) => look(e, e.constructor));',
  ],
  [
    'import through a constructor',
    'await (async () => {}).constructor("return import(\'node:fs\')")().then((m) => leak("fs"), (e) => look(e, e.constructor));',
  ],
  [
    'import through a source name',
    'await new Function("return import(\'./secret\')\\n//# sourceURL=file:///etc/x.js")().then(() => leak("file"), () => {});',
  ],
  [
    'import.meta of the program',
    'look(import.meta, import.meta.resolve, import.meta.hot); if (!/^file:\\/\\/\\/app\\//.test(import.meta.url)) leak(import.meta.url);',
  ],
  [
    'a module that hands out its namespace',
    'const m = await import("apex"); for (const k of Reflect.ownKeys(m)) look(m[k]); try { m.state = leak } catch {} if (m.state === leak) leak("namespace");',
  ],
  // Engine
  [
    'generators and their return',
    'async function* g() { try { yield 1 } finally { look(this, arguments) } } const it = g(); await it.next(); await it.return({ then(r) { look(this); r(1) } }); look(Object.getPrototypeOf(it).constructor);',
  ],
  [
    'finalizers',
    'let seen; const r = new FinalizationRegistry((v) => { look(v, this) }); (() => r.register({}, { x: 1 }))(); const w = new WeakRef(r); look(w.deref()); await new Promise((f) => setTimeout(f, 20));',
  ],
  [
    'reading what is not yet there',
    'const u = new Uint8Array(1 << 16); if (u.some(Boolean)) leak("memory"); const b = new ArrayBuffer(64, { maxByteLength: 128 }); look(b.resize, b.transfer); if (new Uint8Array(b.transfer(128)).some(Boolean)) leak("memory");',
  ],
  [
    'a sharper clock than was given',
    'const steps = new Set(); let last = performance.now(); for (let i = 0; i < 1e5; i++) { const n = performance.now(); if (n !== last) steps.add(n - last); last = n } if ([...steps].some((s) => s > 0 && s < 0.05)) leak("clock " + [...steps][0]);',
  ],
];
