/** Files whose scripts are read: web pages and the components of Vue and Svelte. */
export const markupExtension = /\.(html?|vue|svelte)$/i;

/**
 * The scripts of a page or component, with everything else blanked, so that lines and offsets stay those of the file.
 * `typescript` says which language they are in; scripts of other types (JSON, templates) are left out.
 */
export function embeddedScripts(text: string): { code: string; typescript: boolean } {
  let typescript = false;
  let code = '';
  let last = 0;
  const blank = (part: string): string => part.replace(/[^\n\r]/g, ' ');
  for (const found of text.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)) {
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
