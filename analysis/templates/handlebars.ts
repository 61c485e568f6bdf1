import { Canvas } from './canvas.ts';
import { PARTIAL, type RawOutput, type Template } from './rawOutput.ts';

const tag = /\{\{\{([^{}]+)\}\}\}|\{\{(!--[\s\S]*?--|[^{}]+)\}\}/g;
const cleans = /escape|sanitiz|sanitis|encode|purif|clean/i;

/** Blocks in blocks; deeper ones mean what their surroundings do. */
const DEEPEST = 24;

/** What names mean at a place: below which value they are looked up, and names given by `as |item|`. */
interface Context {
  path: readonly string[];
  names: Readonly<Record<string, readonly string[]>>;
  /** Mustache sections keep the names around them visible. */
  open: boolean;
  block: string;
}

/** Handlebars and Mustache: `{{{ x }}}` and `{{& x }}` put x out as it is. */
export function handlebarsTemplate(text: string): Template {
  const canvas = new Canvas(text);
  const outputs: RawOutput[] = [];
  const stack: Context[] = [{ path: [], names: {}, open: false, block: '' }];
  for (const found of text.matchAll(tag)) {
    const end = found.index + found[0].length;
    const inner = found[2]?.replace(/^[~\s]+|[~\s]+$/g, '') ?? '';
    if (found[1] !== undefined || inner.startsWith('&')) {
      const expression = (found[1] ?? inner.slice(1)).trim();
      const paths = pathsOf(expression, stack);
      const closing = found[1] !== undefined ? { from: end - 3, to: end - 2, text: '' } : undefined;
      const at = found.index + 2;
      const opening = closing
        ? { from: at, to: at + 1, text: '' }
        : { from: at, to: text.indexOf('&', at) + 1, text: '' };
      if (paths.length > 0) {
        canvas.write(found.index, ';');
        canvas.output(at, end - 2);
        canvas.write(end - 2, ';');
        outputs.push({ at, paths, escape: closing ? [opening, closing] : [opening] });
      }
    } else if (inner.startsWith('>')) {
      const name = /^>\s*['"]?([\w./-]+)/.exec(inner)?.[1];
      if (name !== undefined && name.length + 5 <= found[0].length) canvas.write(found.index, `${PARTIAL}\`${name}\`;`);
    } else if (/^[#^]/.test(inner)) openBlock(inner, stack);
    else if (inner.startsWith('/') && stack.length > 1) stack.pop();
  }
  return { code: canvas.toString(), outputs };
}

function openBlock(inner: string, stack: Context[]): void {
  const here = stack[stack.length - 1]!;
  if (stack.length > DEEPEST) {
    stack.push(here);
    return;
  }
  const [, block, rest] = /^[#^]\*?\s*([\w.-]+)\s*([\s\S]*)$/.exec(inner) ?? ['', '', ''];
  const subject = /^[^\s|]+/.exec(rest!)?.[0];
  const as = /\bas\s*\|\s*([\w-]+)/.exec(rest!)?.[1];
  const below = subject === undefined ? undefined : lookUp(subject, stack)[0];
  if (block === 'each' && below) {
    const element = [...below, '*'];
    stack.push({ path: element, names: as ? { ...here.names, [as]: element } : here.names, open: false, block });
  } else if (block === 'with' && below) stack.push({ ...here, path: below, open: false, block });
  else if (subject === undefined && block !== 'else') {
    stack.push({ ...here, path: [...here.path, block!, '*'], open: true, block: block! });
  } else stack.push({ ...here, open: true, block: block! });
}

/** The values that an expression puts out: a path, or the arguments of a helper. */
function pathsOf(expression: string, stack: readonly Context[]): string[][] {
  const words = expression.match(/"[^"]*"|'[^']*'|[^\s()]+/g) ?? [];
  const isHelper = words.length > 1;
  if (isHelper && cleans.test(words[0]!)) return [];
  return words
    .slice(isHelper ? 1 : 0)
    .map((word) => word.replace(/^[\w-]+=/, ''))
    .filter((word) => !/^["'\d]|^(true|false|null|undefined)$/.test(word))
    .flatMap((word) => lookUp(word, stack));
}

/** Where a name may be found, below the values of the template. */
function lookUp(word: string, stack: readonly Context[]): string[][] {
  let depth = stack.length - 1;
  let name = word.replace(/\[|\]/g, '');
  if (name.startsWith('@root.')) return [name.slice(6).split('.')];
  if (name.startsWith('@')) return [];
  while (name.startsWith('../')) {
    name = name.slice(3);
    while (depth > 0 && stack[depth]!.block === 'if') depth--;
    depth = Math.max(0, depth - 1);
  }
  const context = stack[depth]!;
  const parts = name
    .replace(/^(this|\.)([./]|$)/, '')
    .split(/[./]/)
    .filter((part) => part !== '');
  const given = parts[0] === undefined ? undefined : context.names[parts[0]];
  if (given) return [[...given, ...parts.slice(1)]];
  const found = [[...context.path, ...parts]];
  if (context.open && context.path.length > 0)
    found.push(parts, [...context.path.filter((part) => part !== '*'), ...parts]);
  return found.filter((path) => path.length > 0);
}
