import {
  anyUnit,
  type CharSet,
  charSet,
  complement,
  digits,
  ignoreCase,
  lineEnds,
  single,
  spaces,
  union,
  wordUnits,
} from './charSet.ts';

export type PatternNode =
  | { type: 'chars'; set: CharSet }
  | { type: 'sequence'; items: PatternNode[] }
  | { type: 'choice'; items: PatternNode[] }
  | { type: 'repeat'; item: PatternNode; min: number; max: number; lazy: boolean }
  | { type: 'look'; item: PatternNode; negative: boolean; behind: boolean }
  | { type: 'start' }
  | { type: 'end' }
  | { type: 'boundary' }
  | { type: 'reference' };

/** Thrown for a pattern that is not valid, or uses what is not understood. */
export class PatternError extends Error {}

/** Parses the source of a JavaScript regular expression. Groups vanish; captures do not matter here. */
export function parsePattern(source: string, flags: string): PatternNode {
  const insensitive = flags.includes('i');
  const dotAll = flags.includes('s');
  let at = 0;
  let depth = 0;
  const peek = (text: string): boolean => source.startsWith(text, at);
  const take = (text: string): boolean => {
    if (!peek(text)) return false;
    at += text.length;
    return true;
  };
  const chars = (set: CharSet): PatternNode => ({ type: 'chars', set: insensitive ? ignoreCase(set) : set });

  const choice = (): PatternNode => {
    if (++depth > 200) throw new PatternError('too deep');
    const items = [sequence()];
    while (take('|')) items.push(sequence());
    depth--;
    return items.length === 1 ? items[0]! : { type: 'choice', items };
  };

  const sequence = (): PatternNode => {
    const items: PatternNode[] = [];
    while (at < source.length && !peek('|') && !peek(')')) items.push(quantified(atom()));
    return items.length === 1 ? items[0]! : { type: 'sequence', items };
  };

  const quantified = (item: PatternNode): PatternNode => {
    let bounds: [number, number] | undefined;
    if (take('*')) bounds = [0, Infinity];
    else if (take('+')) bounds = [1, Infinity];
    else if (take('?')) bounds = [0, 1];
    else {
      const braces = /^\{(\d+)(?:(,)(\d*))?\}/.exec(source.slice(at, at + 24));
      if (!braces) return item;
      at += braces[0].length;
      const min = Number(braces[1]);
      bounds = [min, braces[2] ? (braces[3] ? Number(braces[3]) : Infinity) : min];
    }
    return { type: 'repeat', item, min: bounds[0], max: bounds[1], lazy: take('?') };
  };

  const atom = (): PatternNode => {
    if (take('^')) return { type: 'start' };
    if (take('$')) return { type: 'end' };
    if (take('.')) return chars(dotAll ? anyUnit : complement(lineEnds));
    if (take('(')) return group();
    if (take('[')) return chars(classSet());
    if (take('\\')) return escaped();
    const character = source[at++]!;
    if (character === '*' || character === '+' || character === '?') throw new PatternError('nothing to repeat');
    return chars(single(character));
  };

  const group = (): PatternNode => {
    let look: { negative: boolean; behind: boolean } | undefined;
    if (take('?:')) look = undefined;
    else if (take('?=')) look = { negative: false, behind: false };
    else if (take('?!')) look = { negative: true, behind: false };
    else if (take('?<=')) look = { negative: false, behind: true };
    else if (take('?<!')) look = { negative: true, behind: true };
    else if (peek('?<')) {
      const end = source.indexOf('>', at);
      if (end < 0) throw new PatternError('unclosed name');
      at = end + 1;
    } else if (peek('?')) throw new PatternError('unknown group');
    const item = choice();
    if (!take(')')) throw new PatternError('unclosed group');
    return look ? { type: 'look', item, ...look } : item;
  };

  const escaped = (): PatternNode => {
    const character = source[at];
    if (character === 'b' || character === 'B') {
      at++;
      return { type: 'boundary' };
    }
    if (character && /[1-9]/.test(character)) {
      at++;
      while (/\d/.test(source[at] ?? '')) at++;
      return { type: 'reference' };
    }
    if (peek('k<')) {
      at = source.indexOf('>', at) + 1;
      return { type: 'reference' };
    }
    return chars(escapedSet());
  };

  /** After a backslash: one character or a class such as \d. */
  const escapedSet = (): CharSet => {
    const character = source[at++];
    if (character === undefined) throw new PatternError('ends in a backslash');
    switch (character) {
      case 'd':
        return digits;
      case 'D':
        return complement(digits);
      case 'w':
        return wordUnits;
      case 'W':
        return complement(wordUnits);
      case 's':
        return spaces;
      case 'S':
        return complement(spaces);
      case 'n':
        return single('\n');
      case 'r':
        return single('\r');
      case 't':
        return single('\t');
      case 'v':
        return single('\v');
      case 'f':
        return single('\f');
      case '0':
        return single('\0');
      case 'b':
        return single('\b');
      case 'c':
        return charSet([source.charCodeAt(at) % 32, source.charCodeAt(at++) % 32]);
      case 'x':
        return hex(/^[0-9a-f]{2}/i, 'x');
      case 'u':
        return source[at] === '{' ? braced() : hex(/^[0-9a-f]{4}/i, 'u');
      case 'p':
      case 'P': {
        const end = source.indexOf('}', at);
        if (source[at] !== '{' || end < 0) return single(character);
        at = end + 1;
        return charSet([65, 90], [97, 122], [0xc0, 0x2fff]);
      }
      default:
        return single(character);
    }
  };

  const hex = (pattern: RegExp, letter: string): CharSet => {
    const found = pattern.exec(source.slice(at, at + 4));
    if (!found) return single(letter);
    at += found[0].length;
    const unit = Number.parseInt(found[0], 16);
    return [[unit, unit]];
  };

  const braced = (): CharSet => {
    const end = source.indexOf('}', at);
    const unit = Math.min(Number.parseInt(source.slice(at + 1, end), 16) || 0, 0xffff);
    at = end < 0 ? source.length : end + 1;
    return [[unit, unit]];
  };

  const classSet = (): CharSet => {
    const negative = take('^');
    const parts: CharSet[] = [];
    const member = (): CharSet => (take('\\') ? escapedSet() : single(source[at++]!));
    while (!take(']')) {
      if (at >= source.length) throw new PatternError('unclosed class');
      const low = member();
      if (peek('-') && source[at + 1] !== ']' && source[at + 1] !== undefined) {
        at++;
        const high = member();
        const isRange =
          low.length === 1 && high.length === 1 && low[0]![0] === low[0]![1] && high[0]![0] === high[0]![1];
        if (isRange && low[0]![0] > high[0]![0]) throw new PatternError('range out of order');
        parts.push(isRange ? [[low[0]![0], high[0]![0]]] : union(low, high, single('-')));
      } else parts.push(low);
    }
    const set = union(...parts);
    return negative ? complement(insensitive ? ignoreCase(set) : set) : set;
  };

  const node = choice();
  if (at < source.length) throw new PatternError('unmatched parenthesis');
  return node;
}
