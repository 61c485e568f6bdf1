const MARK = 'sourceMappingURL=';

/**
 * The URL of a script's source map, `data:` where the map is in the script itself: by the last comment of the form that
 * all tools write; only blanks may follow it.
 */
export function sourceMapUrl(source: string): string | undefined {
  const at = source.lastIndexOf(MARK);
  if (at < 4 || !/\/\/[#@] $/.test(source.slice(at - 4, at))) return undefined;
  const start = at + MARK.length;
  if (source.startsWith('data:', start)) return 'data:';
  const url = source.slice(start).trimEnd();
  return /^\S+$/.test(url) ? url : undefined;
}
