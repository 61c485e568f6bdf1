/** A comment that silences a rule: `// apex-ignore rule-id -- reason until 2027-01-01`. */
export interface Directive {
  /** Rule ids; `*` for every rule. */
  rules: string[];
  reason: string | undefined;
  /** Last day it holds, `YYYY-MM-DD`. */
  until: string | undefined;
  /** UTF-16 offsets of the comment's text. */
  from: number;
  to: number;
  /** Zero-based lines it speaks of: its own, and the next line of code when it stands alone. */
  lines: readonly number[];
}

/** Stands where a reason is to be written. */
export const REASON = 'REASON';

const directive =
  /apex-ignore(?:\s+([\w*-]+(?:\s*,\s*[\w*-]+)*))?(?:\s+--\s*(.*?))?\s*(?:\*\/|-->|[-_]?%>|(?:--)?~?\}\}|$)/;

/** A comment with this text, as a line of a file is commented: templates and markup have comments of their own. */
export function commentFor(path: string, line: string, code: string, text: string): string {
  if (/\.ejs$/i.test(path)) return `<%# ${text} %>`;
  if (/\.(hbs|handlebars|mustache)$/i.test(path)) return `{{! ${text} }}`;
  if (/\.(pug|jade)$/i.test(path)) return `//- ${text}`;
  // Of a page or component only the scripts are code.
  const isMarkup = /\.(html?|vue|svelte)$/i.test(path) && line.trim() !== code.trim();
  return isMarkup ? `<!-- ${text} -->` : `// ${text}`;
}

/** The directives of a text. Only comments count, by the look of their line. */
export function readDirectives(text: string): Directive[] {
  if (!text.includes('apex-ignore')) return [];
  const lines = text.split('\n');
  const directives: Directive[] = [];
  let offset = 0;
  lines.forEach((line, number) => {
    const start = line.search(/(\/\/-?|\/\*|\{\s*\/\*|<!--|<%#|\{\{~?!(?:--)?)\s*apex-ignore\b/);
    const found = start < 0 ? null : directive.exec(line.slice(start));
    if (found) {
      const [, rules, words] = found;
      const until = words && /\s*\buntil\s+(\d{4}-\d{2}-\d{2})\s*$/.exec(words);
      const reason = words?.slice(0, until ? until.index : undefined).trim();
      const alone = line.slice(0, start).trim() === '';
      directives.push({
        rules: rules ? rules.split(',').map((rule) => rule.trim()) : [],
        reason: reason === '' || reason === REASON ? undefined : reason,
        until: until ? until[1] : undefined,
        from: offset + start,
        to: offset + line.trimEnd().length,
        lines: alone ? [number, nextCode(lines, number)] : [number],
      });
    }
    offset += line.length + 1;
  });
  return directives;
}

function nextCode(lines: readonly string[], from: number): number {
  for (let number = from + 1; number < lines.length; number++) {
    if (!/^\s*(\/\/.*)?$/.test(lines[number]!)) return number;
  }
  return from;
}
