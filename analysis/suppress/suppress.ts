import type { Finding, Location } from '../report/finding.ts';
import { type Directive, readDirectives } from './directives.ts';

export interface Suppressed {
  /** Findings that stand, with those about directives themselves. */
  findings: Finding[];
  suppressed: { finding: Finding; reason: string }[];
}

const rule = 'suppression';

/**
 * Takes away the findings of one file that its directives name. A directive without reason silences nothing and is a
 * finding; so is one whose day is over, and one that silences nothing any more.
 * @param today `YYYY-MM-DD`
 */
export function applyDirectives(path: string, text: string, findings: readonly Finding[], today: string): Suppressed {
  const directives = readDirectives(text);
  if (directives.length === 0) return { findings: [...findings], suppressed: [] };
  const used = new Set<Directive>();
  const suppressed: Suppressed['suppressed'] = [];
  const kept = findings.filter((finding) => {
    const found = directives.find((directive) => covers(directive, finding));
    if (!found) return true;
    used.add(found);
    if (found.reason === undefined || isOver(found, today)) return true;
    suppressed.push({ finding, reason: found.reason });
    return false;
  });
  const about = directives.flatMap((directive) => {
    const problem = problemOf(directive, used.has(directive), today);
    return problem ? [complaint(path, text, directive, problem)] : [];
  });
  return { findings: [...kept, ...about].sort((left, right) => left.from - right.from), suppressed };
}

function covers({ rules, lines }: Directive, { rule: id, start }: Finding): boolean {
  return (rules.includes(id) || rules.includes('*')) && lines.includes(start.line);
}

function isOver({ until }: Directive, today: string): boolean {
  return until !== undefined && until < today;
}

function problemOf(directive: Directive, used: boolean, today: string): string | undefined {
  if (directive.rules.length === 0) return 'This apex-ignore names no rule: write `apex-ignore rule-id -- reason`.';
  if (directive.reason === undefined)
    return 'This apex-ignore gives no reason, so it silences nothing: add ` -- reason`.';
  if (isOver(directive, today)) return `This apex-ignore held until ${directive.until}: look at the finding again.`;
  return used ? undefined : 'This apex-ignore silences nothing any more: remove it.';
}

function complaint(path: string, text: string, { from, to }: Directive, message: string): Finding {
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const line = text.slice(0, from).split('\n').length - 1;
  const place: Location = {
    path,
    from,
    to,
    start: { line, column: from - lineStart },
    end: { line, column: to - lineStart },
  };
  return { ...place, rule, message, severity: 'low', confidence: 'high', steps: [], fixes: [], library: false };
}
