/** Replay: what ES modules can import from a CommonJS module stays what it was when the text of that module is changed. */
import { SafeMap } from '../../recording/safeBuiltins.ts';
import { builtinModules, internalBinding, type NativeFunction, nodeRequire } from '../start/natives.ts';

/**
 * For ES modules that import a CommonJS one, Node finds its exports in patterns of the text, which the changed text need not
 * have any more. What the original exports is written behind it, in the form that Node reads and V8 never runs.
 */
export function sameExports(original: string, changed: string): string {
  const expected = exportsIn(original);
  if (!expected || stringify(expected) === stringify(exportsIn(changed))) return '';
  if (isModule) {
    originals.set(changed, original);
    return '';
  }
  let text = '';
  for (let i = 0; i < expected.names.length; i++) text += `exports[${stringify(expected.names[i])}]=0;`;
  for (let i = 0; i < expected.from.length; i++) text += `module.exports={...require(${stringify(expected.from[i])})};`;
  return `\n;if(0){${text}}`;
}

interface Exports {
  names: string[];
  /** What it exports again. */
  from: string[];
}

/** Undefined where the text has no exports, or cannot be read. */
function exportsIn(text: string): Exports | undefined {
  try {
    const found = lexer()(text) as { exports?: Iterable<string>; reexports?: Iterable<string> } & Iterable<string>[];
    const exported: Exports = { names: [...(found.exports ?? found[0]!)], from: [...(found.reexports ?? found[1]!)] };
    return exported.names.length + exported.from.length > 0 ? exported : undefined;
  } catch {
    return undefined;
  }
}

/** Before Node 24, where the lexer is a JavaScript module: the original of each changed text. */
const originals = new SafeMap<unknown, string>();
let isModule = false;
let parse: NativeFunction | undefined;

function lexer(): NativeFunction {
  if (parse) return parse;
  const id = 'internal/deps/cjs-module-lexer/lexer';
  isModule = builtinModules.map.get(id) !== undefined;
  if (!isModule) {
    parse = (internalBinding('cjs_lexer') as { parse: NativeFunction }).parse;
    return parse;
  }
  // Node's loader takes it from there when it first needs it.
  const library = nodeRequire<{ parse: NativeFunction }>(id);
  const original = library.parse;
  library.parse = (text) => original(originals.get(text) ?? text);
  parse = original;
  return parse;
}

const { stringify } = JSON;
