// Mutated programs through the analysis: `npm run bench -- scanFuzz [COUNT] [SEED]` (50,000 by default). Ends with exit code 1 and the
// program when one throws, or takes longer than LIMIT. A small share of this runs with the tests (robustness.test.ts).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allRules } from '../analysis/rules/all.ts';
import { analyzeText } from '../analysis/workspace/engine.ts';

/** Longest time for one program, in ms: they are small. */
const LIMIT = 5000;
const [count = 50_000, seed = 1] = process.argv.slice(2).map(Number);

/** Mulberry32: the same programs for the same seed. */
function random(state: number): () => number {
  let at = state >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const root = join(import.meta.dirname, '..');
const own = ['analysis/flow', 'analysis/regex', 'server', 'cli/commands'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);
const sources = [
  ...allRules.map((rule) => rule.wrong),
  ...own,
  readFileSync(join(root, 'examples/shop/src/server.ts'), 'utf8'),
];
const pieces =
  '{ } ( ) [ ] => ` ${ / * ... await class ?. = , ; : < > # @ \\ \u0000 \ud800 "" \'\' /* // return function yield import('.split(
    ' ',
  );

function mutate(next: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  let text = pick(sources);
  const edits = 1 + Math.floor(next() * 4);
  for (let edit = 0; edit < edits; edit++) {
    const at = Math.floor(next() * text.length);
    const end = at + Math.floor(next() * 40);
    const kind = next();
    if (kind < 0.4) text = text.slice(0, at) + pick(pieces) + text.slice(end);
    else if (kind < 0.6) text = text.slice(0, at) + text.slice(end);
    else if (kind < 0.8)
      text = text.slice(0, at) + text.slice(at, end).repeat(1 + Math.floor(next() * 30)) + text.slice(end);
    else {
      const other = pick(sources);
      const from = Math.floor(next() * other.length);
      text = text.slice(0, at) + other.slice(from, from + Math.floor(next() * 400)) + text.slice(end);
    }
  }
  return text;
}

const next = random(seed);
const names = ['a.ts', 'a.js', 'a.tsx', 'a.mjs', 'a.html', 'a.vue', 'a.ejs', 'a.hbs', 'a.pug'];
let slowest = 0;
const began = performance.now();
for (let index = 0; index < count; index++) {
  const text = mutate(next);
  const started = performance.now();
  let failure: unknown;
  try {
    analyzeText(`/${names[index % names.length]}`, text, { library: index % 2 === 0 });
  } catch (error) {
    failure = error;
  }
  const took = performance.now() - started;
  slowest = Math.max(slowest, took);
  if (failure === undefined && took <= LIMIT) continue;
  const file = join(tmpdir(), `apex-fuzz-${seed}-${index}.txt`);
  writeFileSync(file, text);
  console.error(`program ${index} (${file}): ${failure ? String((failure as Error).stack) : `${took.toFixed(0)} ms`}`);
  process.exit(1);
}
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(`${count} mutated programs: none threw, the slowest took ${slowest.toFixed(0)} ms; ${seconds} s in all`);
