// Each file of fixtures/ is a page of right and wrong code of one kind. `// finds RULE` stands on the lines that are found; all others are clean.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyDirectives } from '../suppress/suppress.ts';
import { analyzeText } from '../workspace/engine.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

describe('the fixtures of the rules', () => {
  for (const file of readdirSync(FIXTURES)) {
    it(file, () => {
      const text = readFileSync(join(FIXTURES, file), 'utf8');
      const path = `/app/${file}`;
      const { findings } = applyDirectives(path, text, analyzeText(path, text, { library: false }), '2026-11-20');
      const expected = marks(text);
      const found = findings.map(({ rule, start, end }) => {
        // A finding may span lines, as that of a merge does: the marked one stands for it.
        const marked = expected.find(
          (mark) => mark.rule === rule && mark.line > start.line && mark.line <= end.line + 1,
        );
        return marked ?? { line: start.line + 1, rule };
      });
      assert.deepEqual(asLines(found), asLines(expected));
    });
  }
});

interface Mark {
  /** From 1. */
  line: number;
  rule: string;
}

function marks(text: string): Mark[] {
  return text.split('\n').flatMap((line, index) => {
    const rules = /\/\/ finds ([\w-]+(?:, [\w-]+)*)$/.exec(line)?.[1]?.split(', ') ?? [];
    return rules.map((rule) => ({ line: index + 1, rule }));
  });
}

const asLines = (found: Mark[]) => [...new Set(found.map(({ line, rule }) => `${line}: ${rule}`))].sort();
