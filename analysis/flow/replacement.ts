import { everyKind, type KindSet, kindSet } from '../values/kinds.ts';
import { knownText, type Value } from '../values/value.ts';

/**
 * What a text is safe for after `text.replace(pattern, replacement)`. Only a replacement of every occurrence counts;
 * escaping one character of several does not.
 */
export function replacementClears(pattern: Value | undefined, replacement: Value | undefined, all: boolean): KindSet {
  if (!pattern) return 0;
  const text = knownText(pattern);
  const source =
    pattern.pattern?.source ?? (text === undefined ? undefined : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const global = all || (pattern.pattern?.flags.includes('g') ?? false);
  if (source === undefined || !global) return 0;
  if (
    /^\[\^[^\]]*\]\+?$/.test(source) ||
    source === '\\W' ||
    source === '\\W+' ||
    source === '\\D' ||
    source === '\\D+'
  )
    return keepsOnly(source);
  let kinds: KindSet = 0;
  const into = replacement && knownText(replacement);
  if (/</.test(source) && (into === '' || into === undefined || /&lt;|&/.test(into))) kinds |= kindSet('xss');
  if (/&|<|>|"/.test(source) && replacement?.functions) kinds |= kindSet('xss');
  if (/\[[^\]]*'[^\]]*\]/.test(source) || source === "'") kinds |= kindSet('sql');
  if (source === "'" || /\[[^\]]*[;&|`$][^\]]*[;&|`$][^\]]*\]/.test(source)) kinds |= kindSet('command');
  if (/\[[^\]]*[/\\][^\]]*\]/.test(source) || source === '\\/') kinds |= kindSet('path');
  if (/\\n|\\r/.test(source)) kinds |= kindSet('log', 'header');
  if (/\[[^\]]*[.*+?^${}()|][^\]]*\]/.test(source) && into?.includes('\\')) kinds |= kindSet('pattern');
  if (/__proto__/.test(source)) kinds |= kindSet('key');
  return kinds;
}

/** `[^a-z0-9]` replaced leaves only what the class names. */
function keepsOnly(source: string): KindSet {
  const kept = source.startsWith('[^') ? source.slice(2, source.lastIndexOf(']')) : '\\w';
  let kinds = everyKind;
  if (/(?<!\\)[/]|\\\//.test(kept)) kinds &= ~kindSet('path', 'redirect', 'ssrf');
  if (/\\s|[;&|`$]/.test(kept.replace(/\\[wd]/g, ''))) kinds &= ~kindSet('command', 'code');
  if (/</.test(kept)) kinds &= ~kindSet('xss');
  if (/'/.test(kept)) kinds &= ~kindSet('sql');
  // What is kept may be repeated at will.
  return kinds & ~kindSet('allocation', 'backtracking');
}
