/** Compiles a glob (`**`, `*`, `?`, `{a,b}`) to a pattern over paths with `/`. A glob without `/` matches at any depth. */
export function globPattern(glob: string): RegExp {
  const anchored = glob.startsWith('/') || glob.slice(0, -1).includes('/');
  let source = '';
  const text = glob.replace(/^\.?\//, '').replace(/\/$/, '');
  for (let index = 0; index < text.length; index++) {
    const at = text[index]!;
    if (at === '*' && text[index + 1] === '*') {
      const slash = text[index + 2] === '/';
      source += slash ? '(?:.*/)?' : '.*';
      index += slash ? 2 : 1;
    } else if (at === '*') source += '[^/]*';
    else if (at === '?') source += '[^/]';
    else if (at === '{') source += '(?:';
    else if (at === '}') source += ')';
    else if (at === ',' && source.includes('(?:')) source += '|';
    else source += at.replace(/[.+^$()|[\]\\]/, '\\$&');
  }
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${source}(?:/.*)?$`);
}

/** A test for paths relative to the folder of an ignore file; later lines win, `!` takes back. */
export function ignoreTest(text: string): (relative: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ negated: line.startsWith('!'), pattern: globPattern(line.replace(/^!/, '')) }));
  return (relative) => {
    let ignored = false;
    for (const { negated, pattern } of rules) if (pattern.test(relative)) ignored = !negated;
    return ignored;
  };
}
