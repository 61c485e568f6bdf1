// Writes docs/rules/ from the rules themselves: one page each and an index. `--check` only says whether they are current.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allRules } from '../analysis/rules/all.ts';

const folder = join(import.meta.dirname, '../docs/rules');

function page(rule) {
  const language = rule.language ?? 'js';
  const cwe = rule.cwe
    .map((number) => `[CWE-${number}](https://cwe.mitre.org/data/definitions/${number}.html)`)
    .join(', ');
  return `# ${rule.title}\n\n\`${rule.id}\` · ${rule.severity} severity, ${rule.confidence} confidence · ${cwe} · ${rule.owasp}\n\n${rule.explanation}\n\nWrong:\n\n\`\`\`${language}\n${rule.wrong}\`\`\`\n\nRight:\n\n\`\`\`${language}\n${rule.right}\`\`\`\n`;
}

const rows = allRules.map(
  (rule) => `| [\`${rule.id}\`](${rule.id}.md) | ${rule.title} | ${rule.severity} | CWE-${rule.cwe[0]} |`,
);
const pages = new Map(allRules.map((rule) => [`${rule.id}.md`, page(rule)]));
pages.set(
  'README.md',
  `# Rules\n\nMade from the rules by \`node scripts/ruleDocs.mjs\`.\n\n| rule | what it finds | severity | weakness |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`,
);

const check = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });
let stale = 0;
for (const [name, text] of pages) {
  const file = join(folder, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  stale++;
  if (check) console.error(`docs/rules/${name} is not what the rules say; run "node scripts/ruleDocs.mjs".`);
  else writeFileSync(file, text);
}
process.exit(check && stale > 0 ? 1 : 0);
