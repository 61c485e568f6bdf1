import assert from 'node:assert/strict';
import { analyzeText } from '../workspace/engine.ts';
import { applyDirectives } from './suppress.ts';

const fault = 'const options = { rejectUnauthorized: false };';
const judged = (text: string) => applyDirectives('/a.js', text, analyzeText('/a.js', text), '2026-11-20');
const rules = (text: string) => judged(text).findings.map((finding) => finding.rule);

describe('apex-ignore', () => {
  it('silences the next line of code, or its own line, for a reason', () => {
    const comment = '// apex-ignore disabled-tls-checks -- test server with its own certificate';
    assert.deepEqual(rules(`${comment}\n\n${fault}\n`), []);
    assert.deepEqual(rules(`${fault} ${comment}\n`), []);
    assert.equal(judged(`${comment}\n${fault}\n`).suppressed[0]!.reason, 'test server with its own certificate');
  });

  it('silences nothing without a reason, and says so', () => {
    assert.deepEqual(rules(`// apex-ignore disabled-tls-checks\n${fault}\n`), ['suppression', 'disabled-tls-checks']);
    const asInserted = `// apex-ignore disabled-tls-checks -- REASON\n${fault}\n`;
    assert.deepEqual(rules(asInserted), ['suppression', 'disabled-tls-checks']);
  });

  it('ends with its day', () => {
    const until = (day: string) => rules(`// apex-ignore disabled-tls-checks -- staging until ${day}\n${fault}\n`);
    assert.deepEqual(until('2026-11-20'), []);
    assert.deepEqual(until('2026-11-19'), ['suppression', 'disabled-tls-checks']);
  });

  it('is a finding itself when there is nothing to silence, or no rule named', () => {
    assert.deepEqual(rules('// apex-ignore weak-hash -- old data\nconst a = 1;\n'), ['suppression']);
    assert.deepEqual(rules('// apex-ignore\nconst a = 1;\n'), ['suppression']);
  });

  it('leaves other rules and other lines alone', () => {
    const text = `// apex-ignore weak-hash -- old data\n${fault}\n${fault.replace('options', 'others')}\n`;
    assert.deepEqual(rules(text), ['suppression', 'disabled-tls-checks', 'disabled-tls-checks']);
  });
});
