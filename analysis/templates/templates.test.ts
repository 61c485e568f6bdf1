import assert from 'node:assert/strict';
import type { Finding } from '../report/finding.ts';
import { commentFor } from '../suppress/directives.ts';
import { applyDirectives } from '../suppress/suppress.ts';
import { createProgram } from '../workspace/engine.ts';
import { readTemplate } from './template.ts';

const server = `const app = require('express')();
app.get('/user', (req, res) => {
  const user = { name: req.query.name, tags: [req.query.tag], bio: req.body.bio, age: Number(req.query.age) };
  res.render('user', { user, title: 'A user', names: req.query.names });
});
`;

/** Findings in the template, each as line, rule and the file that its path starts in. */
function inTemplate(file: string, text: string, others: Record<string, string> = {}): Finding[] {
  const files: Record<string, string> = { '/shop/server.js': server, [`/shop/views/${file}`]: text, ...others };
  const program = createProgram({ host: { readText: (path) => files[path], isFile: (path) => path in files } });
  program.analyze('/shop/server.js');
  return program.findings().filter(({ rule }) => rule === 'cross-site-scripting');
}

const places = (findings: readonly Finding[]): string[] =>
  findings.map(({ path, start, steps }) => `${path.split('/').at(-1)}:${start.line + 1} from ${steps[0]!.path}`);

const flagged: [string, string][] = [
  ['user.ejs', '<h1><%= title %></h1>\n<p><%- user.name %></p>\n'],
  ['user.ejs', '<ul>\n<% names.forEach(function (name) { %><li><%- name %></li><% }) -%>\n</ul>\n'],
  ['user.ejs', '<% if (user.age > 3) { %>\n  <%- user.bio.trim() -%>\n<% } %>\n'],
  ['user.hbs', '<h1>{{title}}</h1>\n<p>{{{user.name}}}</p>\n'],
  ['user.hbs', '<ul>\n{{#each user.tags}}<li>{{{this}}}</li>{{/each}}\n</ul>\n'],
  ['user.handlebars', '{{#with user}}\n<p>{{& bio}}</p>\n{{/with}}\n'],
  ['user.mustache', '{{#user}}\n<p>{{{bio}}}</p>\n{{/user}}\n'],
  ['user.hbs', '{{#each user.tags as |tag|}}\n{{{upper tag}}}\n{{/each}}\n'],
  ['user.pug', 'h1= title\np!= user.name\n'],
  ['user.pug', 'each tag in user.tags\n  li !{tag}\n'],
  ['user.pug', 'h1= title\na.link(href="/" title!=user.bio) go\n'],
];

const silent: [string, string][] = [
  ['user.ejs', '<h1><%- title %></h1><p><%= user.name %></p><%# <%- user.bio %> %><%- user.age %>\n'],
  ['user.ejs', '<%- escapeHtml(user.name) %>\n'],
  ['user.hbs', '<p>{{user.name}} {{{title}}}</p>{{!-- {{{user.name}}} --}}\n{{{sanitize user.bio}}}\n'],
  ['user.pug', 'p= user.name\np #{user.bio}\np!= title\n//- p!= user.bio\np!= sanitize(user.bio)\n'],
];

describe('templates', () => {
  for (const [file, text] of flagged) {
    it(`${file} puts out what the request says: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(places(inTemplate(file, text)), [`${file}:2 from /shop/server.js`]);
    });
    it(`${file} is silent once its repair is applied: ${JSON.stringify(text)}`, () => {
      const [finding] = inTemplate(file, text);
      const edits = [...finding!.fixes[0]!.edits].sort((left, right) => right.from - left.from);
      const repaired = edits.reduce((now, edit) => now.slice(0, edit.from) + edit.text + now.slice(edit.to), text);
      assert.notEqual(repaired, text);
      assert.deepEqual(places(inTemplate(file, repaired)), []);
    });
  }
  for (const [file, text] of silent)
    it(`${file} says nothing of what is escaped: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(places(inTemplate(file, text)), []);
    });

  it('takes suppressions in comments of the template', () => {
    const cases: [string, string][] = [
      ['user.ejs', '<p><%- user.name %></p>'],
      ['user.hbs', '<p>{{{user.name}}}</p>'],
      ['user.pug', 'p!= user.name'],
    ];
    for (const [file, line] of cases) {
      const path = `/shop/views/${file}`;
      const comment = commentFor(path, line, '', 'apex-ignore cross-site-scripting -- cleaned when it is saved');
      const text = `${comment}\n${line}\n`;
      const found = inTemplate(file, text);
      assert.equal(found.length, 1);
      const { findings, suppressed } = applyDirectives(path, text, found, '2026-11-20');
      assert.deepEqual([findings, suppressed.map(({ reason }) => reason)], [[], ['cleaned when it is saved']]);
    }
    assert.equal(commentFor('/a.vue', '<p v-html="x"/>', '   ;$A( x)', 'y'), '<!-- y -->');
    assert.equal(commentFor('/a.vue', '  eval(x);', '  eval(x);', 'y'), '// y');
  });

  it('shows the way through both files', () => {
    const [finding] = inTemplate('user.ejs', '<p><%- user.name %></p>');
    assert.deepEqual(
      finding!.steps.map(({ path, note }) => `${path.split('/').at(-1)}: ${note}`),
      [
        'server.js: untrusted: req.query',
        'server.js: passed to user.ejs()',
        'user.ejs: reaches an output without escaping',
      ],
    );
  });

  it('follows templates that are put into others', () => {
    const part = { '/shop/views/partials/part.ejs': '<%- text %>', '/shop/views/partials/part.hbs': '{{{user.bio}}}' };
    const ejs = inTemplate('user.ejs', "<%- include('partials/part', { text: user.name }) %>", part);
    assert.deepEqual(places(ejs), ['part.ejs:1 from /shop/server.js']);
    assert.deepEqual(places(inTemplate('user.hbs', '{{> part}}\n', part)), ['part.hbs:1 from /shop/server.js']);
    const pug = { '/shop/views/part.pug': 'p!= user.bio' };
    assert.deepEqual(places(inTemplate('user.pug', 'div\n  include part\n', pug)), ['part.pug:1 from /shop/server.js']);
  });

  it('keeps offsets: the program of a template is as long as its text', () => {
    for (const [file, text] of [...flagged, ...silent]) {
      const { code } = readTemplate(file, text);
      assert.equal(code.length, text.length);
      assert.deepEqual(
        code.split('\n').map((line) => line.length),
        text.split('\n').map((line) => line.length),
      );
    }
  });

  it('of any kind are read to their end', () => {
    const many = 20_000;
    for (const piece of [
      '<%',
      '<%-',
      '{{{ ',
      '{{#a}}',
      '{{',
      '!{',
      'a.a',
      '<script',
      '{@html ',
      'v-html="',
      '  ',
      '%>',
    ]) {
      const text = piece.repeat(many);
      for (const file of ['a.ejs', 'a.hbs', 'a.pug']) assert.equal(readTemplate(file, text).code.length, text.length);
    }
  }).timeout(180_000);
});
