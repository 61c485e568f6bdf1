/** One place of a pattern: a character, or what stands for several. */
type Token = string | { any: 'one' | 'within' | 'all' };

/**
 * `*` matches anything but a slash, `**` anything, `?` one character that is no slash; `\*`, `\?` and `\\` are those
 * characters, and everything else is itself. The whole text has to match. A guest chooses the text, so the time that matching
 * takes grows with the product of both lengths at most, never faster.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  if (pattern === '*' || pattern === '**') return () => true;
  const tokens = tokensOf(pattern);
  const first = tokens.findIndex((token) => typeof token !== 'string');
  if (first < 0) {
    const whole = tokens.join('');
    return (text) => text === whole;
  }
  const prefix = tokens.slice(0, first).join('');
  const rest = tokens.slice(first);
  if (rest.length === 1 && isAny(rest[0]!, 'all')) return (text) => text.startsWith(prefix);
  return (text) => text.startsWith(prefix) && matches(rest, text, prefix.length);
}

/** The pattern that only `text` itself matches. */
export function exactPattern(text: string): string {
  return text.replaceAll(/[\\*?]/g, '\\$&');
}

function tokensOf(pattern: string): Token[] {
  const marks = pattern.match(/\\[\\*?]|\*\*|./gs) ?? [];
  return marks.map((mark) => {
    if (mark === '**') return { any: 'all' };
    if (mark === '*') return { any: 'within' };
    if (mark === '?') return { any: 'one' };
    return mark.length === 2 ? mark.charAt(1) : mark;
  });
}

function isAny(token: Token, any: 'one' | 'within' | 'all'): boolean {
  return typeof token === 'object' && token.any === any;
}

/** Follows every way through the tokens at the same time: `at[n]` says whether the first n of them match what was read. */
function matches(tokens: readonly Token[], text: string, from: number): boolean {
  const open = tokens.map((token) => typeof token === 'object' && token.any !== 'one');
  let at = new Uint8Array(tokens.length + 1);
  let next = new Uint8Array(tokens.length + 1);
  at[0] = 1;
  skipOpen(at, open);
  for (let place = from; place < text.length; place++) {
    const character = text[place]!;
    let alive = 0;
    next.fill(0);
    for (let n = 0; n < tokens.length; n++) {
      if (at[n] === 0) continue;
      const token = tokens[n]!;
      if (typeof token === 'string') {
        if (token !== character) continue;
        next[n + 1] = 1;
      } else if (token.any !== 'all' && character === '/') continue;
      else next[token.any === 'one' ? n + 1 : n] = 1;
      alive = 1;
    }
    if (alive === 0) return false;
    skipOpen(next, open);
    [at, next] = [next, at];
  }
  return at[tokens.length] === 1;
}

/** What may stand for nothing may be passed over. */
function skipOpen(at: Uint8Array, open: readonly boolean[]): void {
  for (let n = 0; n < open.length; n++) if (at[n] === 1 && open[n]) at[n + 1] = 1;
}
