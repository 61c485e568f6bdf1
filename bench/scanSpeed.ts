// Time from an edit to its findings in a file of 1,000 lines that imports others, and of the first scan of a workspace.
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

const files = new Map([0, 1, 2, 3, 4].map((file) => [`/app/file${file}.js`, source(file, 66)]));
const live = program(files);
const edited = '/app/file0.js';
let text = files.get(edited)!;
live.findings(edited);
const times: number[] = [];
for (let edit = 0; edit < 80; edit++) {
  const at = text.indexOf('settings.retries', (edit * 397) % (text.length - 200));
  text = edit % 2 === 0 ? `${text.slice(0, at)}settings.r${edit}${text.slice(at + 16)}` : `${text}// ${edit}\n`;
  const started = performance.now();
  live.setText(edited, text);
  live.findings(edited);
  if (edit >= 20) times.push(performance.now() - started);
}
const lines = text.split('\n').length;
console.log(
  `edit to findings, ${lines} lines, imports 4 files: median ${percentile(times, 0.5).toFixed(1)} ms, p95 ${percentile(times, 0.95).toFixed(1)} ms`,
);

const many = new Map(Array.from({ length: 100 }, (_, file) => [`/big/file${file}.js`, source(file, 66)]));
const workspace = program(many);
const started = performance.now();
let total = 0;
for (const path of many.keys()) total += workspace.analyze(path) ?? 0;
const seconds = (performance.now() - started) / 1000;
console.log(
  `workspace of ${total} lines: ${seconds.toFixed(1)} s, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`,
);

const large = source(0, 1300);
const began = performance.now();
const one = program(new Map([['/large.js', large]]));
one.findings('/large.js');
console.log(`one file of ${large.split('\n').length} lines: ${((performance.now() - began) / 1000).toFixed(1)} s`);
