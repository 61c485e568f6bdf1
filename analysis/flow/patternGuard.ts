import { everyKind, type KindSet, kindSet } from '../values/kinds.ts';

interface Pattern {
  source: string;
  flags: string;
}

/** What a text is safe for once a pattern matched it (`holds`) or did not. */
export function patternClears(pattern: Pattern, holds: boolean): KindSet {
  const { source, flags } = pattern;
  if (!holds) {
    let kinds = 0;
    if (/\\?\.\\?\.|\(\\\.\{2|\\\.\{2/.test(source) || /\[\^?[^\]]*[/\\][^\]]*\]/.test(source))
      kinds |= kindSet('path');
    if (/__proto__|prototype|constructor/.test(source)) kinds |= kindSet('key', 'merge');
    if (/\[\^[^\]]*\]/.test(source)) kinds |= everyKind;
    if (/[;&|`$]/.test(source)) kinds |= kindSet('command');
    return kinds;
  }
  const anchored = source.startsWith('^') && source.endsWith('$') && !flags.includes('m') && !hasTopLevelBar(source);
  if (!anchored) return kindSet('redirect', 'ssrf');
  // An anchored pattern with `.` or a negated class lets most things through.
  const open = /(?<!\\)\.[*+]/.test(source) || /\\S[*+]|\[\^/.test(source);
  return open ? kindSet('redirect', 'ssrf', 'type', 'nosql') : everyKind;
}

function hasTopLevelBar(source: string): boolean {
  let depth = 0;
  let inClass = false;
  for (let index = 0; index < source.length; index++) {
    const at = source[index];
    if (at === '\\') index++;
    else if (inClass) inClass = at !== ']';
    else if (at === '[') inClass = true;
    else if (at === '(') depth++;
    else if (at === ')') depth--;
    else if (at === '|' && depth === 0) return true;
  }
  return false;
}
