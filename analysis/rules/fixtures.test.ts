// Each file of fixtures/ is a page of right and wrong code of one kind, each folder a program of several files. `// finds RULE` (in markup
// `<!-- finds RULE -->`) stands on the lines that are found; all others are clean.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { scanDisk } from '../disk/scanDisk.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

describe('the fixtures of the rules', () => {
  // Some rules say less about a folder of fixtures: the pages are looked at elsewhere.
  let app: string;
  before(() => {
    app = mkdtempSync(join(tmpdir(), 'apex-rules-'));
    cpSync(FIXTURES, app, { recursive: true });
  });
  after(() => rmSync(app, { recursive: true }));

  for (const name of readdirSync(FIXTURES)) {
    it(name, () => {
      const { findings, texts } = scanDisk([join(app, name)], { library: false, today: '2026-11-20' });
      const expected = [...texts].flatMap(([path, text]) => marks(path, text));
      const found = findings.map(({ rule, path, start, end }) => {
        // A finding may span lines, as that of a merge does: the marked one stands for it.
        const marked = expected.find(
          (mark) => mark.path === path && mark.rule === rule && mark.line > start.line && mark.line <= end.line + 1,
        );
        return marked ?? { path, line: start.line + 1, rule };
      });
      assert.ok(expected.length > 0);
      assert.deepEqual(asLines(found), asLines(expected));
    });
  }
});

interface Mark {
  path: string;
  /** From 1. */
  line: number;
  rule: string;
}

function marks(path: string, text: string): Mark[] {
  return text.split('\n').flatMap((line, index) => {
    const rules = /(?:\/\/|<!--) finds ([\w-]+(?:, [\w-]+)*)(?: -->)?$/.exec(line)?.[1]?.split(', ') ?? [];
    return rules.map((rule) => ({ path, line: index + 1, rule }));
  });
}

const asLines = (found: Mark[]) =>
  [...new Set(found.map(({ path, line, rule }) => `${basename(path)}:${line} ${rule}`))].sort();
