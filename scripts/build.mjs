// Bundles every program of Apex into dist/. Type checking is `npm run types`.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, context } from 'esbuild';
import { copyIsolatedVm, currentTarget } from './copyIsolatedVm.mjs';
import { copyKoffi } from './copyKoffi.mjs';
import { ROOT } from './setup.mjs';
import { writeThirdPartyNotices } from './thirdPartyNotices.mjs';

const watch = process.argv.includes('--watch');
const chosenTarget = process.argv.indexOf('--target') + 1;
const target = chosenTarget ? process.argv[chosenTarget] : currentTarget();
const dist = join(ROOT, 'dist');
const common = {
  absWorkingDir: ROOT,
  bundle: true,
  outdir: 'dist',
  sourcemap: 'linked',
  logLevel: 'warning',
  minify: !watch,
};

/** A recorded program may delete or replace its globals: what is preloaded into it keeps the real ones. */
const KEPT_GLOBALS = 'const { process, Buffer } = globalThis;';

const bundles = [
  {
    // VS Code loads its extension as CommonJS.
    ...common,
    entryPoints: { extension: 'client/extension.ts' },
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
    define: { 'import.meta.dirname': '__dirname' },
  },
  {
    // Preloaded into recorded and replayed programs, loaded by Node's own require before the program.
    ...common,
    entryPoints: {
      boundary: 'time-travel/recorder/start/load.ts',
      boundaryEntry: 'time-travel/recorder/start/entry.ts',
    },
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: false,
    outExtension: { '.js': '.cjs' },
  },
  {
    // What `boundary.cjs` compiles and calls: the text of a function.
    ...common,
    entryPoints: { boundaryCode: 'time-travel/recorder/main.ts' },
    banner: { js: `(function (require, __filename, makeCode) { 'use strict'; ${KEPT_GLOBALS}` },
    footer: { js: '})' },
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // Every recorded program parses it at its start. Names stay: they are in the messages of a divergence.
    minify: false,
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: false,
    outExtension: { '.js': '.cjs' },
  },
  {
    // Programs that run as a process of their own share chunks, so that the analysis engine is on disk once.
    ...common,
    entryPoints: {
      cli: 'cli/main.ts',
      debugAdapter: 'debug-adapter/main.ts',
      moduleScanner: 'server/moduleScanner.ts',
      sandboxHost: 'sandbox-host/main.ts',
      server: 'server/main.ts',
      terminalRecorder: 'debug-adapter/terminalRecorder.ts',
    },
    platform: 'node',
    target: 'node20',
    format: 'esm',
    splitting: true,
    keepNames: true,
    outExtension: { '.js': '.mjs' },
    banner: {
      // The TypeScript parser is CommonJS and asks for these.
      js: "import { createRequire as apexCreateRequire } from 'node:module'; const require = apexCreateRequire(import.meta.url); const __filename = require('node:url').fileURLToPath(import.meta.url), __dirname = require('node:path').dirname(__filename);",
    },
  },
  {
    // Loaded into a replaying process before its program, and what starts a thread again.
    ...common,
    entryPoints: {
      replayPreload: 'time-travel/replay/agent/preload.ts',
      replayThread: 'time-travel/replay/threadHost.ts',
    },
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: { js: KEPT_GLOBALS },
  },
  {
    // Runs there in a realm of its own, as a plain script.
    ...common,
    entryPoints: { replayAgent: 'time-travel/replay/agent/main.ts' },
    platform: 'neutral',
    target: 'node22',
    format: 'iife',
    globalName: 'apexReplayAgent',
  },
  {
    // The worker lives inside an OS sandbox that shows it only its own files: one file, no chunks.
    ...common,
    entryPoints: { sandboxWorker: 'sandbox-host/worker/main.ts' },
    platform: 'node',
    target: 'node24',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    external: ['isolated-vm'],
  },
  {
    // The runtime inside each sandbox: a script without imports, `var apexGuest = { start }`.
    ...common,
    entryPoints: { sandboxGuest: 'sandbox-host/guest/start.ts' },
    platform: 'neutral',
    target: 'es2024',
    format: 'iife',
    globalName: 'apexGuest',
  },
  {
    // Modules of Node's own that packages in a sandbox ask for: each is loaded when one does.
    ...common,
    entryPoints: {
      buffer: 'buffer/',
      events: 'sandbox-host/guest/modules/events.cjs',
      string_decoder: 'string_decoder/',
    },
    sourcemap: false,
    outdir: 'dist/guestModules',
    // Their names show in stacks and in what a program prints.
    minify: false,
    platform: 'browser',
    target: 'es2024',
    format: 'cjs',
    external: ['buffer'],
  },
  {
    // Runs a sandbox's program again from its crossings, under the recorder: a short program, and its engine as a plain script.
    ...common,
    entryPoints: { sandboxRerun: 'sandbox-host/rerun/main.ts' },
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...common,
    entryPoints: { sandboxRerunEngine: 'sandbox-host/rerun/engine.ts' },
    platform: 'neutral',
    target: 'es2024',
    format: 'iife',
    globalName: 'apexRerun',
  },
  {
    // Panels: pages inside VS Code's webviews.
    ...common,
    entryPoints: { state: 'webview-ui/state/main.ts', timeline: 'webview-ui/timeline/main.ts' },
    outdir: 'dist/webview',
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
  },
];

// Programs that run from dist/ load their chunks when they need them: only packaging starts from an empty folder.
if (process.argv.includes('--clean')) rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const metafiles = [];
for (const bundle of bundles) {
  if (watch) await (await context(bundle)).watch();
  else metafiles.push((await build({ ...bundle, metafile: true })).metafile);
}
writeThirdPartyNotices(metafiles, ['isolated-vm', 'koffi'], join(dist, 'THIRD_PARTY_NOTICES.txt'));
copyIsolatedVm(join(dist, 'native', 'isolated-vm'), target);
copyKoffi(join(dist, 'native', 'koffi'), target);
if (watch) console.error('apex: watching');
