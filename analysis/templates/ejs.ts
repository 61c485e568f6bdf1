import { OUTPUT, type RawOutput, type Template } from './rawOutput.ts';

/** EJS: what stands between the tags is JavaScript and stays as it is; `<%- x %>` becomes a call. */
export function ejsTemplate(text: string): Template {
  const outputs: RawOutput[] = [];
  let code = '';
  let last = 0;
  for (let at = text.indexOf('<%'); at >= 0; at = text.indexOf('<%', last)) {
    const close = text.indexOf('%>', at + 2);
    if (close < 0) break;
    const sign = /[-=_#%]/.test(text[at + 2]!) && at + 2 < close ? text[at + 2]! : '';
    const trims = close > at + 2 + sign.length && /[-_]/.test(text[close - 1]!);
    const inner = text.slice(at + 2 + sign.length, trims ? close - 1 : close);
    const whole = text.slice(at, close + 2);
    code += blank(text.slice(last, at));
    last = close + 2;
    // `<%%` is a literal tag, `<%#` a comment.
    if (sign === '%' || sign === '#') code += blank(whole);
    else if (sign === '-' || sign === '=') {
      const after = trims ? '); ' : ');';
      code += (sign === '-' ? `${OUTPUT}(` : '  (') + inner + after;
      const sure = [{ from: at + 2, to: at + 3, text: '=' }];
      if (sign === '-') outputs.push({ at: at, paths: [], escape: sure });
    } else code += blank(`<%${sign}`) + inner + (trims ? ' ; ' : '; ');
  }
  return { code: code + blank(text.slice(last)), outputs };
}

function blank(text: string): string {
  return text.replace(/[^\n\r]/g, ' ');
}
