/** `*` matches anything but a slash, `**` anything, `?` one character; everything else is itself. The whole text has to match. */
export function compilePattern(pattern: string): (text: string) => boolean {
  if (pattern === '*' || pattern === '**') return () => true;
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const source = pattern.replaceAll(/\*\*|\*|\?|[.+^${}()|[\]\\]/g, (mark) => {
    if (mark === '**') return '.*';
    if (mark === '*') return '[^/]*';
    return mark === '?' ? '[^/]' : `\\${mark}`;
  });
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}
