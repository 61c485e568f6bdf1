// Time from an edit to its findings in a file of 1,000 lines that imports others, and of the first scan of a workspace.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LiveProgram } from '../analysis/workspace/liveProgram.ts';

/** A file of a service, like many: routes that call helpers, some of them in the next file. */
function source(file: number, functions: number): string {
  const lines = [
    "const express = require('express');",
    "const { exec, execFile } = require('child_process');",
    "const fs = require('fs');",
    "const path = require('path');",
    `const next = require('./file${file + 1}.js');`,
    'const app = express();',
  ];
  for (let index = 0; index < functions; index++) {
    lines.push(
      `function step${index}(options, done) {`,
      '  const settings = Object.assign({ retries: 3, folder: "/srv" }, options);',
      '  if (!settings.name || settings.name.includes("..")) return done(new Error("no name"));',
      '  const file = path.join(settings.folder, settings.name);',
      '  for (let round = 0; round < settings.retries; round++) {',
      '    if (fs.existsSync(file)) return execFile("cat", [file], done);',
      '  }',
      ...(index % 20 === 0 ? ['  exec("cat " + settings.name, done);'] : []),
      `  return next.step${index} ? next.step${index}(settings, done) : done(null, file);`,
      '}',
      `app.get("/item${index}", (req, res) => {`,
      `  step${index}({ name: req.query.name, list: [req.params.id, ${index}] }, (error, text) => {`,
      '    if (error) return res.status(500).json({ message: error.message });',
      '    res.json({ text: String(text).trim().split("\\n").map((line) => line.length) });',
      '  });',
      '});',
    );
  }
  lines.push(`module.exports = { ${Array.from({ length: functions }, (_, index) => `step${index}`).join(', ')} };`);
  return `${lines.join('\n')}\n`;
}

function percentile(values: number[], share: number): number {
  return [...values].sort((left, right) => left - right)[Math.floor(share * (values.length - 1))]!;
}

function program(files: Map<string, string>): LiveProgram {
  return new LiveProgram({ disk: { readText: (path) => files.get(path), isFile: (path) => files.has(path) } });
}

/** Types and takes back, somewhere in the middle of the file, and measures from each change to the findings. */
function edits(live: LiveProgram, path: string, original: string): number[] {
  const times: number[] = [];
  for (let edit = 0; edit < 160; edit++) {
    const at = original.indexOf('const file =', (Math.floor(edit / 4) * 397) % (original.length - 2000));
    const typed = ['i', 'if', 'if (', 'if (!name) return;'][edit % 4];
    const text = `${original.slice(0, at)}${typed}\n  ${original.slice(at)}`;
    const started = performance.now();
    live.setText(path, text);
    const found = live.findings(path).length;
    if (edit >= 40) times.push(performance.now() - started);
    if (found === 0) throw new Error('an edit lost every finding');
  }
  return times;
}

const files = new Map([0, 1, 2, 3, 4].map((file) => [`/app/file${file}.js`, source(file, 66)]));
for (const [edited, what] of [
  ['/app/file0.js', 'imports 4 files'],
  ['/app/file4.js', 'imported by 4 files'],
] as const) {
  const live = program(files);
  for (const path of files.keys()) live.findings(path);
  const times = edits(live, edited, files.get(edited)!);
  const lines = files.get(edited)!.split('\n').length;
  console.log(
    `edit to findings, ${lines} lines, ${what}: median ${percentile(times, 0.5).toFixed(1)} ms, p95 ${percentile(times, 0.95).toFixed(1)} ms`,
  );
  const started = performance.now();
  live.catchUp();
  console.log(`  then the files that import it: ${(performance.now() - started).toFixed(0)} ms, in steps`);
}

const folder = mkdtempSync(join(tmpdir(), 'apex-scan-speed-'));
try {
  mkdirSync(join(folder, 'app'));
  for (let file = 0; file < 100; file++) writeFileSync(join(folder, 'app', `file${file}.js`), source(file, 66));
  for (const what of ['first scan, no cache yet', 'second scan, from the cache']) {
    const started = performance.now();
    const apex = join(import.meta.dirname, '../bin/apex');
    const args = [apex, 'scan', join(folder, 'app'), '--json', '--cache', join(folder, 'cache')];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
    const { lines, findings } = JSON.parse(stdout) as { lines: number; findings: unknown[] };
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`workspace of ${lines} lines, ${what}: ${seconds} s with its start, ${findings.length} findings`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const many = new Map(Array.from({ length: 100 }, (_, file) => [`/big/file${file}.js`, source(file, 66)]));
const workspace = program(many);
for (const path of many.keys()) workspace.analyze(path);
console.log(`that workspace in memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`);

const large = source(0, 1300);
const one = program(new Map([['/large.js', large]]));
const began = performance.now();
let longest = 0;
let last = began;
for (const _ of one.steps('/large.js')) {
  longest = Math.max(longest, performance.now() - last);
  last = performance.now();
}
console.log(
  `one file of ${large.split('\n').length} lines: ${((performance.now() - began) / 1000).toFixed(1)} s, longest step ${longest.toFixed(0)} ms`,
);
