import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { createProgram } from '../workspace/engine.ts';
import { modelVocabulary, projectModelsSchema, readProjectModels } from './projectModels.ts';

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

describe('the JSON schema of project models', () => {
  const file = join(import.meta.dirname, '../../schemas/apex.models.schema.json');
  const made = { title: 'Apex project models', ...z.toJSONSchema(projectModelsSchema, { io: 'input' }) };

  // Editors with a YAML extension complete and check with it; APEX_UPDATE_GOLDEN=1 writes it anew.
  it('is the one that the format gives', () => {
    if (process.env.APEX_UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(JSON.stringify(made)));
  });

  it('has the sections and fields that completion offers', () => {
    const shape = made as { properties: Record<string, { items?: { properties: object } }> };
    assert.deepEqual(Object.keys(shape.properties).sort(), Object.keys(modelVocabulary).sort());
    for (const [section, { items }] of Object.entries(shape.properties)) {
      if (items) assert.deepEqual(Object.keys(items.properties).sort(), Object.keys(modelVocabulary[section]!).sort());
    }
  });
});
