import type { Finding, Fix, Location } from '../report/finding.ts';
import { type Directive, readDirectives } from './directives.ts';

export interface Suppressed {
  /** Findings that stand, with those about directives themselves. */
  findings: Finding[];
  suppressed: { finding: Finding; reason: string }[];
}

const rule = 'suppression';
const UNUSED = 'This apex-ignore silences nothing any more: remove it.';

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
    if (!problem) return [];
    const fixes = problem === UNUSED || isOver(directive, today) ? removal(path, text, directive) : [];
    return [{ ...complaint(path, text, directive, problem), fixes }];
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
  return used ? undefined : UNUSED;
}

const commentEnd = /\*\/\}?|-->|[-_]?%>|(?:--)?~?\}\}/;

/** Takes the comment away, with its line where nothing else stands on it; nothing where code follows on the line. */
function removal(path: string, text: string, { from, to }: Directive): Fix[] {
  const comment = text.slice(from, to);
  const end = commentEnd.exec(comment);
  const isWhole = comment.startsWith('//') || (end !== null && end.index + end[0].length === comment.length);
  if (!isWhole) return [];
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = text.indexOf('\n', to) < 0 ? text.length : text.indexOf('\n', to) + 1;
  const before = text.slice(lineStart, from);
  const isAlone = before.trim() === '';
  const edit = isAlone
    ? { from: lineStart, to: lineEnd }
    : { from: from - (before.length - before.trimEnd().length), to };
  return [{ title: 'Remove this apex-ignore', edits: [{ path, ...edit, text: '' }] }];
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
