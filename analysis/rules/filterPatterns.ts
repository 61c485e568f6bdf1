export interface Pattern {
  source: string;
  flags: string;
}

/**
 * True for a pattern that looks for script elements or comments by text, and misses forms that a browser takes: capital
 * letters, an end tag with something before its `>`, line breaks between the tags.
 */
export function isTagFilter({ source, flags }: Pattern): boolean {
  const plain = source.replace(/\\\//g, '/');
  if (/^\^?<!--/.test(plain) && /-->/.test(plain)) return !flags.includes('s') && /<!--\(?\.[*+]/.test(plain);
  if (!/<\(?(?:\?:)?script/i.test(plain)) return false;
  const ends = /<\/\(?(?:\?:)?script\)?(.*)$/i.exec(plain);
  if (!ends) return false;
  if (!flags.includes('i')) return true;
  return /^>/.test(ends[1]!) || (!flags.includes('s') && />\(?\.[*+]/.test(plain));
}

const removed: readonly (readonly [RegExp, string])[] = [
  [/^\(?(?:\\\.\\\.|\\\.\{2\}|\[\.\]\{2\})(?:\\\/|\/|\[[^\]]*[/\\][^\]]*\])\)?\+?$/, '../'],
  [/^\(?(?:\\\/|\/)\\\.\\\.\)?$/, '/..'],
  [/<\(?(?:\?:)?script/i, '<script'],
  [/^<!--/, '<!--'],
  [/^\(?<(?:\\\/\??)?\(?(?:\.\*\??|\.\+\??|\[\^>\][*+]\??)\)?>\)?$/, '<script'],
  [/^(?:\\s|\\b)?\(?on(?:\\w|\[a-z\])[*+]/i, 'onclick='],
  [/^\(?javascript(?:\\s\*)?:\)?$/i, 'javascript:'],
];

/** What a text may still hold, or hold only now, after everything that the pattern matches was removed once. */
export function removesWhatCanGrowBack({ source }: Pattern): string | undefined {
  if (source.startsWith('^') || source.endsWith('$')) return undefined;
  return removed.find(([form]) => form.test(source))?.[1];
}
