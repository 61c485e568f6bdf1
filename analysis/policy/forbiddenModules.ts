import type { Finding } from '../report/finding.ts';
import { scriptText } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';

/** Imports of modules that a policy forbids, each at the name that is imported. */
export function forbiddenImports(path: string, text: string, patterns: readonly string[]): Finding[] {
  if (patterns.length === 0) return [];
  const tests = patterns.map(modulePattern);
  const starts = lineStarts(text);
  const at = (offset: number) => {
    const line = starts.findLastIndex((start) => start <= offset);
    return { line, column: offset - starts[line]! };
  };
  return ts.preProcessFile(scriptText(path, text), true, true).importedFiles.flatMap(({ fileName, pos, end }) => {
    const name = fileName.replace(/^node:/, '');
    if (!tests.some((test) => test.test(name))) return [];
    return [
      {
        path,
        from: pos,
        to: end,
        start: at(pos),
        end: at(end),
        rule: 'forbidden-use',
        message: `The project's policy forbids the module \`${fileName}\`.`,
        severity: 'high' as const,
        confidence: 'high' as const,
        steps: [],
        fixes: [],
        library: false,
      },
    ];
  });
}

/** `left-*` and what lies below: `left-pad/lib`. `*` is anything but a slash, `**` anything. */
function modulePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/^node:/, '')
    .replace(/[.+^${}()|[\]\\?]/g, '\\$&')
    .replace(/\*\*|\*/g, (stars) => (stars === '**' ? '.*' : '[^/]*'));
  return new RegExp(`^${source}(?:/.*)?$`);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
