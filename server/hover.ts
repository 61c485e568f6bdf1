import { type Hover, MarkupKind } from 'vscode-languageserver/node';
import type { Finding } from '../analysis/report/finding.ts';
import { allRules } from '../analysis/rules/all.ts';
import { toRange } from './toDiagnostic.ts';

/** What the rules say of the findings at a place. */
export function ruleHover(findings: readonly Finding[]): Hover | null {
  const first = findings[0];
  if (!first) return null;
  const ids = [...new Set(findings.map((finding) => finding.rule))];
  const parts = ids.flatMap((id) => {
    const rule = allRules.find((known) => known.id === id);
    if (!rule) return [];
    const cwe = rule.cwe
      .map((number) => `[CWE-${number}](https://cwe.mitre.org/data/definitions/${number}.html)`)
      .join(', ');
    return [
      `**${rule.title}** \`${rule.id}\`\n\n${rule.explanation}\n\n${cwe} · ${rule.owasp}\n\nRight:\n\`\`\`${rule.language ?? 'js'}\n${rule.right}\`\`\``,
    ];
  });
  return { contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n---\n\n') }, range: toRange(first) };
}
