/** One step of a glob: a character, or what stands for several. */
type Token = { kind: 'text'; char: string } | { kind: 'one' | 'star' | 'all' | 'folders' | 'inside' };

export interface PathTest {
  test(path: string): boolean;
}

/** More alternatives than these are not told apart: the braces are then taken as they are written. */
const MAX_ALTERNATIVES = 256;

/**
 * A glob (`**`, `*`, `?`, `{a,b}`) over paths with `/`; what it names holds for all that lies below. A glob without `/`
 * matches at any depth. Globs come from projects that may be hostile: the time is the path's length times the glob's,
 * where a regular expression could take for ever.
 */
export function globPattern(glob: string): PathTest {
  const anchored = glob.startsWith('/') || glob.slice(0, -1).includes('/');
  const text = glob.replace(/^\.?\//, '').replace(/\/$/, '');
  const prefix: Token[] = anchored ? [] : [{ kind: 'folders' }, { kind: 'inside' }];
  const alternatives = expandBraces(text).map((each) => matcher([...prefix, ...tokens(each)]));
  return { test: (path) => alternatives.some((matches) => matches(path)) };
}

function expandBraces(text: string): string[] {
  let texts = [text];
  for (;;) {
    const next = texts.flatMap((each) => {
      const braces = /\{([^{}]*)\}/.exec(each);
      if (!braces) return [each];
      const after = each.slice(braces.index + braces[0].length);
      return braces[1]!.split(',').map((choice) => each.slice(0, braces.index) + choice + after);
    });
    if (next.length > MAX_ALTERNATIVES) return [text];
    if (next.every((each, index) => each === texts[index])) return texts;
    texts = next;
  }
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (char === '*' && text[index + 1] === '*') {
      const slash = text[index + 2] === '/';
      if (slash) found.push({ kind: 'folders' }, { kind: 'inside' });
      else found.push({ kind: 'all' });
      index += slash ? 2 : 1;
    } else if (char === '*') found.push({ kind: 'star' });
    else if (char === '?') found.push({ kind: 'one' });
    else found.push({ kind: 'text', char });
  }
  return found;
}

/** Follows all ways through the glob at once; a place is an index of a token, marked where a way stands there. */
function matcher(glob: readonly Token[]): (path: string) => boolean {
  let places = new Uint8Array(glob.length + 1);
  let next = new Uint8Array(glob.length + 1);
  const needed = longestText(glob);
  return (path) => {
    // Most globs say nothing of most paths.
    if (!path.includes(needed)) return false;
    places.fill(0);
    enter(glob, 0, places);
    for (let index = 0; index < path.length; index++) {
      const char = path[index]!;
      // All of the glob is used up at a folder: what lies below belongs to it.
      if (char === '/' && places[glob.length]) return true;
      next.fill(0);
      for (let place = 0; place < glob.length; place++) if (places[place]) step(glob, place, char, next);
      [places, next] = [next, places];
    }
    return places[glob.length] === 1;
  };
}

function longestText(glob: readonly Token[]): string {
  const runs = glob
    .map((token) => (token.kind === 'text' ? token.char : '\n'))
    .join('')
    .split('\n');
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '');
}

/** Adds a place and those that are reached from it without a character. */
function enter(glob: readonly Token[], place: number, places: Uint8Array): void {
  if (places[place]) return;
  places[place] = 1;
  const kind = glob[place]?.kind;
  if (kind === 'star' || kind === 'all') enter(glob, place + 1, places);
  if (kind === 'folders') {
    enter(glob, place + 1, places);
    enter(glob, place + 2, places);
  }
}

function step(glob: readonly Token[], place: number, char: string, next: Uint8Array): void {
  const token = glob[place];
  switch (token?.kind) {
    case 'text':
      if (token.char === char) enter(glob, place + 1, next);
      break;
    case 'one':
      if (char !== '/') enter(glob, place + 1, next);
      break;
    case 'star':
      if (char !== '/') enter(glob, place, next);
      break;
    case 'all':
      enter(glob, place, next);
      break;
    case 'inside':
      enter(glob, place, next);
      if (char === '/') enter(glob, place + 1, next);
      break;
  }
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
