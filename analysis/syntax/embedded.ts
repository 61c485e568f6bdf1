import { OUTPUT, PASSED } from '../templates/rawOutput.ts';

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

/** An expression in markup that stands in the code as an argument of a call, at its place. */
interface Shown {
  callee: string;
  from: number;
  to: number;
}

/**
 * `v-html="x"` of Vue and `{@html x}` of Svelte stand in the code as calls, and so do the properties of other
 * components: `<Child :text="x" />`, `<Child text={x} />`.
 */
function withRawMarkup(text: string, code: string): string {
  const shown = [...rawOutputs(text), ...passedProperties(text)].sort((left, right) => left.from - right.from);
  let result = '';
  let last = 0;
  for (const { callee, from, to } of shown) {
    const call = `;${callee}(`;
    const at = from - call.length;
    // Inside a script it is only text.
    if (at < last || /\S|\n/.test(code.slice(at, from)) || code.slice(from, to).trim() !== '') continue;
    result += code.slice(last, at) + call + text.slice(from, to);
    result += ')';
    last = to + 1;
  }
  return result + code.slice(last);
}

function rawOutputs(text: string): Shown[] {
  return [...text.matchAll(rawMarkup)].map((found) => {
    const from = found.index + (found[1] ?? found[3]!).length;
    return { callee: OUTPUT, from, to: from + (found[2] ?? found[4]!).length };
  });
}

const componentTag = /<(?:[A-Z]\w*|[a-z]+(?:-[a-z0-9]+)+)\b((?:[^<>]|=>)*)/g;
const boundProperty = /\s(?:(?::|v-bind:)[\w-]+\s*=\s*"([^"\n]+)"|[\w-]+=\{([^{}\n]+)\}|\{([\w$]+)\})/g;

function passedProperties(text: string): Shown[] {
  const passed: Shown[] = [];
  for (const tag of text.matchAll(componentTag)) {
    const start = tag.index + tag[0].length - tag[1]!.length;
    for (const found of tag[1]!.matchAll(boundProperty)) {
      const expression = found[1] ?? found[2] ?? found[3]!;
      const to = start + found.index + found[0].length - 1;
      passed.push({ callee: PASSED, from: to - expression.length, to });
    }
  }
  return passed;
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
