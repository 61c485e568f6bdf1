import type { EscapeProgram } from './escapeProgram.ts';

/** What the engine itself offers. */
export const engine: readonly EscapeProgram[] = [
  ['WebAssembly', 'if (typeof WebAssembly !== "undefined") leak("WebAssembly");'],
  [
    'shared memory',
    'if (typeof SharedArrayBuffer !== "undefined" || typeof Atomics !== "undefined") leak("shared memory");',
  ],
  [
    'a second realm',
    `
      if (typeof ShadowRealm !== 'undefined') {
        const v = new ShadowRealm().evaluate('typeof WebAssembly + typeof process');
        if (v !== 'undefinedundefined') leak('realm');
      }
    `,
  ],
  ['V8 natives syntax', 'try { Function("return %DebugPrint(1)")(); leak("natives") } catch {}'],
  [
    'gc and other extensions',
    'if (typeof gc !== "undefined" || typeof d8 !== "undefined" || typeof print !== "undefined") leak("extension");',
  ],
  ['time zone of the machine', 'if (Intl.DateTimeFormat().resolvedOptions().timeZone !== "UTC") leak("time zone");'],
  ['locale of the machine', 'if (!/^en-US/.test(Intl.DateTimeFormat().resolvedOptions().locale)) leak("locale");'],
  [
    'generators and their return',
    `
      async function* g() {
        try {
          yield 1;
        } finally {
          look(this, arguments);
        }
      }
      const it = g();
      await it.next();
      await it.return({
        then(r) {
          look(this);
          r(1);
        },
      });
      look(Object.getPrototypeOf(it).constructor);
    `,
  ],
  [
    'finalizers',
    `
      let seen;
      const r = new FinalizationRegistry((v) => {
        look(v, this);
      });
      (() => r.register({}, { x: 1 }))();
      const w = new WeakRef(r);
      look(w.deref());
      await new Promise((f) => setTimeout(f, 20));
    `,
  ],
  [
    'reading what is not yet there',
    `
      const u = new Uint8Array(1 << 16);
      if (u.some(Boolean)) leak('memory');
      const b = new ArrayBuffer(64, { maxByteLength: 128 });
      look(b.resize, b.transfer);
      if (new Uint8Array(b.transfer(128)).some(Boolean)) leak('memory');
    `,
  ],
  [
    'a sharper clock than was given',
    `
      const steps = new Set();
      let last = performance.now();
      for (let i = 0; i < 1e5; i++) {
        const n = performance.now();
        if (n !== last) steps.add(n - last);
        last = n;
      }
      if ([...steps].some((s) => s > 0 && s < 0.05)) leak('clock ' + [...steps][0]);
    `,
  ],
];
