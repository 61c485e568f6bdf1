import { Canvas } from './canvas.ts';
import { PARTIAL, type RawOutput, type Template } from './rawOutput.ts';

const cleans = /(escape|sanitiz|sanitis|encode|purif|JSON\.stringify)\w*\s*\(/i;
const words = new Set([
  'true',
  'false',
  'null',
  'undefined',
  'typeof',
  'new',
  'this',
  'in',
  'of',
  'JSON',
  'Math',
  'String',
]);

/** Longer lines are data, not markup that someone wrote. */
const LONGEST_LINE = 4000;

/** A loop: what its variable stands for, in lines that are indented deeper. */
interface Loop {
  indent: number;
  name: string;
  path: readonly string[];
}

/** Pug: `!= x`, `!{x}` and `attribute!=x` put x out as it is. */
export function pugTemplate(text: string): Template {
  const canvas = new Canvas(text);
  const outputs: RawOutput[] = [];
  let loops: Loop[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    if (line.length > LONGEST_LINE) {
      start += line.length + 1;
      continue;
    }
    const indent = /^\s*/.exec(line)![0].length;
    if (line.trim() !== '') loops = loops.filter((loop) => loop.indent < indent);
    const each = /^\s*(?:each|for)\s+([\w$]+)(?:\s*,\s*[\w$]+)?\s+(?:in|of)\s+(.+)$/.exec(line);
    const partial = /^\s*(?:include|extends)\s+([\w./-]+)\s*$/.exec(line)?.[1];
    if (each) {
      const path = pathsOf(each[2]!, loops)[0];
      if (path && loops.length < 24) loops.push({ indent, name: each[1]!, path: [...path, '*'] });
    } else if (partial !== undefined) canvas.write(start + indent, `${PARTIAL}\`${partial}\``);
    else if (!/^\s*\/\//.test(line)) {
      for (const found of rawOutputs(line)) {
        const paths = pathsOf(found.expression, loops);
        if (paths.length === 0) continue;
        const at = start + found.at;
        canvas.output(at, at + found.expression.trimEnd().length);
        outputs.push({
          at,
          paths,
          escape: [{ from: start + found.sign, to: start + found.sign + 1, text: found.escaped }],
        });
      }
    }
    start += line.length + 1;
  }
  return { code: canvas.toString(), outputs };
}

interface Place {
  expression: string;
  at: number;
  /** Offset of the exclamation mark, and what takes its place. */
  sign: number;
  escaped: string;
}

function rawOutputs(line: string): Place[] {
  const places: Place[] = [];
  const after = /^(\s*[\w#.:-]*(?:\([^)]*\))?(?:\.[\w-]+)*)!=\s*(\S.*)$/.exec(line);
  if (after) {
    const expression = after[2]!;
    places.push({ expression, at: line.length - expression.length, sign: after[1]!.length, escaped: '' });
    return places;
  }
  for (const found of line.matchAll(/!\{([^}]+)\}/g))
    places.push({ expression: found[1]!, at: found.index + 2, sign: found.index, escaped: '#' });
  for (const found of line.matchAll(/[\w-](!=\s*)([\w$.[\]]+)/g))
    places.push({ expression: found[2]!, at: found.index + 1 + found[1]!.length, sign: found.index + 1, escaped: '' });
  return places;
}

/** The values that an expression reads: chains of names, without those of functions that are called. */
function pathsOf(expression: string, loops: readonly Loop[]): string[][] {
  if (cleans.test(expression)) return [];
  const plain = expression.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, (quoted) => ' '.repeat(quoted.length));
  return [...plain.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*)(\s*\()?/g)].flatMap((found) => {
    const names = found[1]!.split(/\??\./);
    if (found[2]) names.pop();
    const first = names[0];
    if (first === undefined || words.has(first)) return [];
    const loop = loops.findLast(({ name }) => name === first);
    return [loop ? [...loop.path, ...names.slice(1)] : names];
  });
}
