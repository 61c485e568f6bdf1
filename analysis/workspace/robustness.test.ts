import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { allRules } from '../rules/all.ts';
import { analyzeText, createProgram } from './engine.ts';

const shop = join(import.meta.dirname, '../../examples/shop/src/server.ts');

describe('the engine on bad input', () => {
  it('survives any change to a program', () => {
    const sources = [readFileSync(shop, 'utf8'), ...allRules.map((rule) => rule.wrong)];
    const pieces = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '=>',
      '`',
      '${',
      '/',
      '*',
      '...',
      'await ',
      'class ',
      '?.',
      '=',
      ',',
      '\u0000',
      '<a>',
      '#x',
    );
    const property = fc.property(
      fc.constantFrom(...sources),
      fc.nat(),
      fc.nat(60),
      pieces,
      (source, at, cut, piece) => {
        const place = at % source.length;
        analyzeText('/a.ts', source.slice(0, place) + piece + source.slice(place + cut), { library: true });
      },
    );
    fc.assert(property, { numRuns: 400, seed: 7 });
  });

  it('is deterministic', () => {
    const text = readFileSync(shop, 'utf8');
    assert.deepEqual(analyzeText('/a.ts', text), analyzeText('/a.ts', text));
  });

  it('ends on deep nesting, long lines and long chains', () => {
    for (const text of [
      `${'('.repeat(100_000)}1${')'.repeat(100_000)}`,
      `${'['.repeat(100_000)}`,
      `${'a=>'.repeat(20_000)}1`,
      `x${'.y()'.repeat(20_000)}`,
      `const s = ${'"a" + '.repeat(20_000)}"b";`,
      `f(${'1,'.repeat(500_000)}1);`,
      'if (a) '.repeat(20_000),
      `${'a ? b : '.repeat(20_000)}c`,
      // Conditions within conditions, each with two outcomes.
      `exports.f = (x) => { if (${"((x !== 'a' && ".repeat(60)}x${') || !x)'.repeat(60)}) eval(x); }`,
      `exports.f = (x) => { if (${"(x !== 'a' || (x && ".repeat(60)}x${'))'.repeat(60)}) eval(x); }`,
      // The parser tries each of these as an arrow function, and all inside it anew.
      `${"async('e').get('/', ".repeat(40)}async (req) => {`,
      `${"get('/', async name('e').".repeat(40)}get('/', async (req, r@('C', q);`,
    ]) {
      analyzeText('/a.js', text);
    }
  });

  it('ends where every function of an object calls functions of the same object', () => {
    // As command-line parsers are written: each method takes options and hands itself on.
    const names = Array.from({ length: 40 }, (_, index) => `step${index}`);
    const methods = names.map(
      (name, index) =>
        `  ${name}(self, next) { next(self); self.${names[(index + 7) % 40]}(self, self[next]); return self; },`,
    );
    const text = `const api = {\n${methods.join('\n')}\n};\nmodule.exports = (name) => api[name](api, api[name]);\n`;
    analyzeText('/a.js', text, { library: true });
  });

  it('follows imports that go in circles', () => {
    const texts: Record<string, string> = {
      '/a.js': "const b = require('./b'); exports.run = (x) => b.run(x); exports.end = (x) => eval(x);",
      '/b.js': "const a = require('./a'); exports.run = (x) => a.end(x);",
      '/c.js': "const a = require('./a'); require('express')().get('/', (req, res) => a.run(req.query.x));",
      '/d.js': "require('./d'); module.exports = require('./d');",
    };
    const host = { readText: (path: string) => texts[path], isFile: (path: string) => path in texts };
    const program = createProgram({ host });
    for (const path of Object.keys(texts)) program.analyze(path);
    assert.deepEqual(
      program.findings().map((finding) => `${finding.path} ${finding.rule}`),
      ['/a.js code-injection'],
    );
  });
});
