import type { EscapeProgram } from './escapeProgram.ts';

/** Files, packages and built-in modules that are not the program’s. */
export const modules: readonly EscapeProgram[] = [
  ['file outside by path', 'await import("../../../../../../etc/passwd").then((m) => leak("passwd"), () => {});'],
  ['file outside by file URL', 'await import("file:///etc/passwd").then((m) => leak("passwd"), () => {});'],
  ['file outside by absolute path', 'await import("/etc/hostname").then((m) => leak("hostname"), () => {});'],
  [
    'module from data',
    `
      const m = await import('data:text/javascript,export default typeof process').catch(() => ({}));
      if (m.default && m.default !== 'undefined') leak('data');
    `,
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
    `
      let n = 0;
      await import({ toString: () => (n++ ? '/etc/passwd' : './gone.js') }).then(
        (m) => leak('passwd'),
        () => {},
      );
    `,
  ],
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
    `
      await (async () => {})
        .constructor("return import('node:fs')")()
        .then(
          (m) => leak('fs'),
          (e) => look(e, e.constructor),
        );
    `,
  ],
  [
    'import through a source name',
    `
      await new Function("return import('./secret')\\n//# sourceURL=file:///etc/x.js")().then(
        () => leak('file'),
        () => {},
      );
    `,
  ],
  [
    'import.meta of the program',
    `
      look(import.meta, import.meta.resolve, import.meta.hot);
      if (!/^file:\\/\\/\\/app\\//.test(import.meta.url)) leak(import.meta.url);
    `,
  ],
  [
    'a module that hands out its namespace',
    `
      const m = await import('apex');
      for (const k of Reflect.ownKeys(m)) look(m[k]);
      try {
        m.state = leak;
      } catch {}
      if (m.state === leak) leak('namespace');
    `,
  ],
];
