import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { allRules } from '../rules/all.ts';
import { analyzeText } from '../workspace/engine.ts';
import { toSarif } from './sarif.ts';

/** The official schema, as Microsoft packages it for its own tests of SARIF. */
function schema(): object {
  const manifest = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json');
  const file = manifest.replace('package.json', 'lib/schemas/sarif-2.1.0-rtm.5.json');
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}

function logOf(text: string) {
  const findings = analyzeText('/shop/server.js', text);
  return toSarif({
    findings,
    rules: allRules,
    version: '1.2.3',
    relative: (path) => path.slice('/shop/'.length),
    textOf: () => text,
  });
}

describe('SARIF', () => {
  const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema());

  it('is valid by the official 2.1.0 schema for every rule', () => {
    for (const rule of allRules) {
      assert.ok(validate(logOf(rule.wrong)), `${rule.id}: ${JSON.stringify(validate.errors)}`);
    }
  });

  it('is refused by that schema when a field is wrong', () => {
    assert.equal(validate({ ...logOf(''), version: '2.0.0' }), false);
  });

  it('tags rules with their CWE and gives the path as a code flow', () => {
    const rule = allRules.find(({ id }) => id === 'sql-injection')!;
    const run = logOf(rule.wrong).runs[0]!;
    const result = run.results[0] as { ruleIndex: number; codeFlows: { threadFlows: { locations: unknown[] }[] }[] };
    assert.ok(run.tool.driver.rules[result.ruleIndex]!.properties.tags.includes('external/cwe/cwe-089'));
    assert.ok(result.codeFlows[0]!.threadFlows[0]!.locations.length >= 2);
  });

  it('keeps fingerprints when lines are added above, and tells equal lines apart', () => {
    const text = 'const a = { rejectUnauthorized: false };\nconst b = 1;\nconst a2 = { rejectUnauthorized: false };\n';
    const prints = (source: string) =>
      logOf(source).runs[0]!.results.map((result) => result.partialFingerprints['apexFinding/v1']);
    assert.deepEqual(prints(`// a comment\n\n${text}`), prints(text));
    assert.equal(new Set(prints(text + text)).size, 4);
  });
});
