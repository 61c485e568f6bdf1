import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Finding } from '../report/finding.ts';
import { LiveProgram } from './liveProgram.ts';

const app = {
  '/app/routes.js': `const express = require('express');
const git = require('./git');
const app = express();
app.get('/tag', (req, res) => {
  git.tag(req.query.name, (error, text) => res.send(text));
});
app.get('/log', (req, res) => res.json(git.log(req.query.from)));
`,
  '/app/git.js': `const { exec, execFile } = require('child_process');
const names = require('./names');
exports.tag = function tag(name, done) {
  exec('git tag ' + names.prefixed(name), done);
};
exports.log = (from) => {
  const range = names.clean(from);
  return exec(\`git log \${range}\`);
};
`,
  '/app/names.js': `exports.prefixed = (name) => 'v' + name;
exports.clean = (name) => name.trim();
`,
};

function live(files: Record<string, string>): LiveProgram {
  return new LiveProgram({ disk: { readText: (path) => files[path], isFile: (path) => path in files } });
}

/** Places by line, so that expectations read well. */
function places(findings: readonly Finding[]): string[] {
  return findings.map(({ path, start, rule, steps }) => `${path}:${start.line + 1} ${rule} from ${steps[0]?.path}`);
}

describe('a program that follows edits', () => {
  it('shows in the edited file what its importers pass, before they are analysed again', () => {
    const program = live(app);
    program.findings('/app/routes.js');
    assert.deepEqual(places(program.findings('/app/git.js')), [
      '/app/git.js:4 command-injection from /app/routes.js',
      '/app/git.js:8 command-injection from /app/routes.js',
    ]);
    program.setText('/app/git.js', `// one more line\n${app['/app/git.js']}`);
    assert.deepEqual(places(program.findings('/app/git.js')), [
      '/app/git.js:5 command-injection from /app/routes.js',
      '/app/git.js:9 command-injection from /app/routes.js',
    ]);
    assert.deepEqual(program.staleFiles(), ['/app/routes.js']);
    program.setText(
      '/app/git.js',
      app['/app/git.js'].replace("exec('git tag ' + names", "execFile('git', ['tag'] + names"),
    );
    assert.deepEqual(places(program.findings('/app/git.js')), ['/app/git.js:8 command-injection from /app/routes.js']);
  });

  it('sees in the importers what an edited file now does, once they have caught up', () => {
    const program = live(app);
    program.findings('/app/routes.js');
    program.setText('/app/names.js', "exports.prefixed = (name) => 'v1';\nexports.clean = (name) => name;\n");
    program.findings('/app/names.js');
    program.catchUp();
    assert.deepEqual(places(program.allFindings()), ['/app/git.js:8 command-injection from /app/routes.js']);
    assert.deepEqual(program.staleFiles(), []);
  });

  it('can be broken off between two steps and begins anew', () => {
    const program = live(app);
    const steps = program.steps('/app/routes.js');
    steps.next();
    steps.next();
    program.setText('/app/git.js', `\n${app['/app/git.js']}`);
    assert.deepEqual(steps.next(), { done: true, value: false });
    assert.equal([...program.steps('/app/routes.js')].length > 5, true);
    assert.equal(places(program.findings('/app/git.js')).length, 2);
  });

  it('finds after any edits what a fresh program finds', () => {
    const paths = Object.keys(app) as (keyof typeof app)[];
    const pieces = [
      'name',
      '\n',
      '(',
      '}',
      "exec('a ' + from);",
      '// x\n',
      '`',
      "require('./git')",
      'exports.tag',
      '=> ',
    ];
    const edit = fc.record({
      path: fc.constantFrom(...paths),
      at: fc.nat(),
      cut: fc.nat(12),
      piece: fc.constantFrom(...pieces),
      breakOff: fc.nat(8),
    });
    const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      const texts: Record<string, string> = { ...app };
      const program = live(app);
      for (const path of paths) program.findings(path);
      for (const { path, at, cut, piece, breakOff } of edits) {
        const before = texts[path]!;
        const place = at % before.length;
        texts[path] = before.slice(0, place) + piece + before.slice(place + cut);
        program.setText(path, texts[path]);
        const steps = program.steps(path);
        for (let step = 0; step < breakOff && !steps.next().done; step++);
        if (breakOff % 3 === 0) program.findings(path);
      }
      for (const path of paths) program.findings(path);
      program.catchUp();
      const fresh = live(texts);
      for (const path of paths) fresh.findings(path);
      assert.deepEqual(places(program.allFindings()).sort(), places(fresh.allFindings()).sort());
    });
    fc.assert(property, { numRuns: 300, seed: 11 });
  });
});
