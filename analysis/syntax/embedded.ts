import { OUTPUT } from '../templates/rawOutput.ts';

/** Files whose scripts are read: web pages and the components of Vue and Svelte. */
export const markupExtension = /\.(html?|vue|svelte)$/i;

/**
 * The scripts of a page or component, with everything else blanked, so that lines and offsets stay those of the file.
 * `typescript` says which language they are in; scripts of other types (JSON, templates) are left out.
 */
export function embeddedScripts(text: string): { code: string; typescript: boolean } {
  const { code, typescript } = scripts(text);
  return { code: withRawMarkup(text, code), typescript };
}

const rawMarkup = /(\bv-html\s*=\s*["'])([^"'\n]+)["']|(\{@html\s+)([^{}\n]+)\}/g;

/** `v-html="x"` of Vue and `{@html x}` of Svelte stand in the code as calls, at their place. */
function withRawMarkup(text: string, code: string): string {
  let result = '';
  let last = 0;
  for (const found of text.matchAll(rawMarkup)) {
    const from = found.index + (found[1] ?? found[3]!).length;
    const expression = found[2] ?? found[4]!;
    const to = from + expression.length;
    // Inside a script it is only text.
    if (code.slice(found.index, to).trim() !== '') continue;
    result += code.slice(last, found.index) + `;${OUTPUT}(`.padEnd(from - found.index) + expression;
    result += ')';
    last = to + 1;
  }
  return result + code.slice(last);
}

function scripts(text: string): { code: string; typescript: boolean } {
  let typescript = false;
  let code = '';
  let last = 0;
  const blank = (part: string): string => part.replace(/[^\n\r]/g, ' ');
  // Behind the last end tag nothing is looked for: each open tag would be followed to the end of the file.
  const lastEnd = text.toLowerCase().lastIndexOf('</script');
  const searched = lastEnd < 0 ? '' : text.slice(0, text.indexOf('>', lastEnd) + 1 || undefined);
  for (const found of searched.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)) {
    const attributes = found[1]!;
    const body = found[2]!;
    const type = /\btype\s*=\s*["']?([^"'\s>]+)/i.exec(attributes)?.[1];
    const runs = type === undefined || /^(module|(text|application)\/(java|ecma)script|text\/babel)$/i.test(type);
    if (!runs || body.trim() === '' || isComment(text, found.index)) continue;
    if (/\blang\s*=\s*["']?tsx?\b/i.test(attributes)) typescript = true;
    const from = found.index + found[0].indexOf('>') + 1;
    code += blank(text.slice(last, from)) + body;
    last = from + body.length;
  }
  return { code: code + blank(text.slice(last)), typescript };
}

/** True inside `<!-- ... -->`. */
function isComment(text: string, at: number): boolean {
  return text.lastIndexOf('<!--', at) > text.lastIndexOf('-->', at);
}
