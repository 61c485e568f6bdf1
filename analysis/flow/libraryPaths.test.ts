import assert from 'node:assert/strict';
import { analyzeText } from '../workspace/engine.ts';

/** Rules found in a library's file. */
function found(text: string): string[] {
  return analyzeText('/lib/index.js', text, { library: true }).map(({ start, rule }) => `${start.line + 1} ${rule}`);
}

const extend = `function extend(target, source) {
  for (var key in source) {
    if (typeof source[key] === 'object') extend(target[key], source[key]);
    else target[key] = source[key];
  }
  return target;
}
`;

describe('paths through a library', () => {
  it('lead through functions that a promise library wraps', () => {
    const text = `var run = require('promise').denodeify(require('child_process').exec);
exports.say = (text) => run('say ' + text);
`;
    assert.deepEqual(found(text), ['2 command-injection']);
  });

  it('lead through a function expression that calls itself by its own name, and through one behind define()', () => {
    const merge = `function merge(target) {
  for (var i = 1; i < arguments.length; i++) {
    for (var key in arguments[i]) {
      var value = arguments[i][key];
      target[key] = typeof value === 'object' ? merge(target[key] || {}, value) : value;
    }
  }
  return target;
}`;
    assert.deepEqual(found(`module.exports = ${merge};\n`), ['5 prototype-pollution']);
    assert.deepEqual(found(`define(['./a'], function (a) { return { merge: ${merge} }; });\n`), [
      '5 prototype-pollution',
    ]);
    const guarded = merge.replace('{\n      var', "{\n      if (key === '__proto__') continue;\n      var");
    assert.deepEqual(found(`module.exports = ${guarded};\n`), []);
  });

  it('lead through fields that a constructor keeps, rest parameters and prototypes made on the way', () => {
    const git = `import { exec } from 'node:child_process';
export class Git {
  constructor(public folder: string) {}
  show() { exec(this.command('show', 'HEAD')); }
  command(...words: string[]) { return 'git --git-dir=' + this.folder + ' ' + words.join(' '); }
}
`;
    assert.deepEqual(
      analyzeText('/lib/git.ts', git, { library: true }).map(({ start, rule }) => `${start.line + 1} ${rule}`),
      ['4 command-injection'],
    );
    const info = `const { exec } = require('child_process');
module.exports = function Info(file) {
  this.options = { files: ['"' + file + '"'] };
  Info.prototype.get = function () { exec('info ' + this.options.files.join(' ')); };
};
`;
    assert.deepEqual(found(info), ['4 command-injection']);
    const view = `const View = (function (Base) {
  function View() {}
  extend(View, Base);
  View.prototype.show = function (markup) { this.element.innerHTML = markup; };
  return View;
})(require('base'));
function extend(child, parent) {
  function made() { this.constructor = child; }
  made.prototype = parent.prototype;
  child.prototype = new made();
}
module.exports = View;
`;
    assert.deepEqual(found(view), ['4 cross-site-scripting']);
  });

  it('begin at names, not at the folder that they are joined to', () => {
    const text = `const fs = require('fs');
const { join } = require('path');
exports.config = (folder) => fs.readFileSync(join(folder, 'config.json'));
exports.page = (folder, name) => fs.readFileSync(folder + '/' + name);
require('http').createServer((req) => exports.config(req.headers.folder));
`;
    assert.deepEqual(found(text), ['3 path-traversal', '4 path-traversal']);
    assert.deepEqual(found(text.replace(/require\('http.*/, '')), ['4 path-traversal']);
  });

  it('stop at a guard although a callback writes the variable later', () => {
    const text = `const fs = require('fs');
const path = require('path');
exports.serve = (root, name) => {
  let file = path.resolve(path.join(root, name));
  if (file.indexOf(root) !== 0) return;
  fs.readFile(file, () => { file += '.gz'; });
};
`;
    assert.deepEqual(found(text), []);
    assert.deepEqual(found(text.replace(/ {2}if .*\n/, '')), ['5 path-traversal']);
  });

  it('end at packages that are named for running commands, and only at those', () => {
    const text = `const exec = require('async-execute');
const regexp = require('regexp-exec-all');
exports.reset = (to) => exec('git reset ' + to);
exports.match = (to) => regexp('git reset ' + to);
`;
    assert.deepEqual(found(text), ['3 command-injection']);
  });

  it('start at methods that a constructor gives its object', () => {
    const text = `module.exports = new (function () {
  this.theme = function (name) { eval('theme.' + name); };
})();
`;
    assert.deepEqual(found(text), ['2 code-injection']);
  });

  it('start at methods of a constructor that is itself exported', () => {
    const text = `module.exports = function () {
  this.theme = function (name) { eval('theme.' + name); };
};
`;
    assert.deepEqual(found(text), ['2 code-injection']);
  });

  it('are not cut by a test that the key is one of the object it was taken from', () => {
    const own = extend.replace('{\n    if', '{\n    if (!source.hasOwnProperty(key)) continue;\n    if');
    assert.deepEqual(found(`${own}exports.extend = extend;\n`), ['5 prototype-pollution']);
    const target = own.replace('!source.hasOwn', '!target.hasOwn');
    assert.deepEqual(found(`${target}exports.extend = extend;\n`), []);
  });

  it('keep apart what one argument list gives to both sides of a merge', () => {
    const text = `${extend}exports.extend = function () {
  var args = Array.prototype.slice.call(arguments, 0);
  var target = args.shift();
  args.forEach(function (item) { extend(target, item); });
};
`;
    assert.deepEqual(found(text), ['4 prototype-pollution']);
  });
});
