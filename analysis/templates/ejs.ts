import { OUTPUT, type RawOutput, type Template } from './rawOutput.ts';

const tag = /<%([-=_#%]?)([\s\S]*?)([-_]?%>)/g;

/** EJS: what stands between the tags is JavaScript and stays as it is; `<%- x %>` becomes a call. */
export function ejsTemplate(text: string): Template {
  const outputs: RawOutput[] = [];
  let code = '';
  let last = 0;
  for (const found of text.matchAll(tag)) {
    const [whole, sign, inner, end] = found as unknown as [string, string, string, string];
    code += blank(text.slice(last, found.index));
    last = found.index + whole.length;
    // `<%%` is a literal tag, `<%#` a comment.
    if (sign === '%' || sign === '#') code += blank(whole);
    else if (sign === '-' || sign === '=') {
      const after = end.length === 3 ? '); ' : ');';
      code += (sign === '-' ? `${OUTPUT}(` : '  (') + inner + after;
      const sure = [{ from: found.index + 2, to: found.index + 3, text: '=' }];
      if (sign === '-') outputs.push({ at: found.index, paths: [], escape: sure });
    } else code += blank(`<%${sign}`) + inner + (end.length === 3 ? ' ; ' : '; ');
  }
  return { code: code + blank(text.slice(last)), outputs };
}

function blank(text: string): string {
  return text.replace(/[^\n\r]/g, ' ');
}
