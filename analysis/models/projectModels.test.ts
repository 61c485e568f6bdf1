import assert from 'node:assert/strict';
import { createProgram } from '../workspace/engine.ts';
import { readProjectModels } from './projectModels.ts';

const models = `
sources:
  - { ref: our-queue.next, kind: request, call: true }
sinks:
  - { ref: our-shell.start, args: 0, kind: command }
sanitizers:
  - { ref: our-shell.clean, clears: [command] }
`;

function findings(text: string): string[] {
  const { model } = readProjectModels(models);
  const host = { readText: () => text, isFile: () => false };
  const program = createProgram({ host, models: [model!] });
  program.analyze('/a.js');
  return program.findings().map((finding) => finding.rule);
}

const head = "const queue = require('our-queue');\nconst shell = require('our-shell');\n";

describe('apex.models.yaml', () => {
  it('adds sources, sinks and sanitizers', () => {
    assert.deepEqual(findings(`${head}shell.start(queue.next());\n`), ['command-injection']);
    assert.deepEqual(findings(`${head}shell.start(shell.clean(queue.next()));\n`), []);
  });

  it('says where it is wrong', () => {
    const source = 'sinks:\n  - { ref: a, args: 0, kind: comand }\n';
    const [problem] = readProjectModels(source).problems;
    assert.equal(source.slice(problem!.from, problem!.to), 'comand');
    assert.match(problem!.message, /^sinks\.0\.kind: /);
    assert.equal(problem!.line, 1);
    assert.equal(readProjectModels('sinks: [').problems.length > 0, true);
    assert.match(readProjectModels('sinkz: []').problems[0]!.message, /sinkz/);
  });

  it('takes an empty file as no models', () => {
    assert.deepEqual(readProjectModels('').problems, []);
  });
});
