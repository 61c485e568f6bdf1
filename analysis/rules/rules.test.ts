import assert from 'node:assert/strict';
import { applyDirectives } from '../suppress/suppress.ts';
import { analyzeText as analyze, type TextOptions } from '../workspace/engine.ts';
import { allRules } from './all.ts';

const analyzeText = (path: string, text: string, options?: TextOptions) =>
  applyDirectives(path, text, analyze(path, text, options), '2026-11-20').findings;

describe('every rule', () => {
  for (const rule of allRules) {
    const path = `/shop/${rule.id}.${rule.language ?? 'js'}`;
    it(`${rule.id} flags its wrong example`, () => {
      const library = rule.sources?.includes('parameter') ?? false;
      const found = analyzeText(path, rule.wrong, { library, ...(rule.policy && { policy: rule.policy }) });
      assert.deepEqual([...new Set(found.map((finding) => finding.rule))], [rule.id]);
    });
    it(`${rule.id} says nothing about its right example`, () => {
      assert.deepEqual(
        analyzeText(path, rule.right, rule.policy && { policy: rule.policy }).map(
          (finding) => `${finding.rule}: ${finding.message}`,
        ),
        [],
      );
    });
  }
});
