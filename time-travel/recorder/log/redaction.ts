/**
 * `--redact`: what looks like a secret is replaced in the log by text of the same length and kind of characters, the same
 * everywhere, so that a replay finds equal what was equal. Bytes are replaced in place just before they leave the process.
 */
import { formsWithin, isSecretName, isSecretValue, SECRET_WORDS } from '../../../protocol/secretForms.ts';
import {
  charCodeAt,
  latin1Slice,
  latin1Write,
  objectEntries,
  regExpExec,
  SafeMap,
  stringFromCode,
  stringIndexOf,
  stringSlice,
} from '../../recording/safeBuiltins.ts';

const { floor } = Math;
/** Shorter ones are replaced only where they were found: elsewhere they could be anything. */
const SHORTEST = 6;
const LETTERS = 'redacted';

const forms = formsWithin();
/** What tells the form stays, and of a JSON web token all but its signature: programs look at these. */
const formHead =
  /^(?:eyJ[\w-]+\.[\w-]+\.|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|[sr]k_(?:live|test)_|sk-(?:ant-|proj-)?|AIza|ya29\.|SG\.|npm_|key-|SK|A[A-Z]{3})/;
const inUrl = /[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:([^\s/@]+)@/gi;
/**
 * In what was received: headers, fields of JSON, of forms and of queries; the last group is the secret. Behind the bytes lie others
 * of the log, which begin with a control character.
 */
const received: readonly RegExp[] = [
  inUrl,
  /^(?:proxy-)?authorization:[ \t]*(?:[\w-]+[ \t]+)?([!-~\x80-\xff]+)/gim,
  new RegExp(`^[\\w-]*(?:${SECRET_WORDS})[\\w-]*:[ \\t]*([^\\r\\n]{4,})`, 'gim'),
  new RegExp(`"[\\w-]*(?:${SECRET_WORDS})s?[\\w-]*"\\s*:\\s*"((?:[^"\\\\]|\\\\.)+)"`, 'gi'),
  new RegExp(`(?:^|[?&\\s])[\\w-]*(?:${SECRET_WORDS})s?[\\w-]*=([^&\\s"\\x00-\\x1f]+)`, 'gi'),
];

/** Cookies hold other things too: those that look like a secret. */
const cookies: readonly RegExp[] = [
  /^(?:set-)?cookie:[ \t]*[^=;\s]+=([^;\s\x00-\x1f]+)/gim,
  /(?<=^cookie:[^\r\n]*;[ \t]*)[^=;\s]+=([^;\s\x00-\x1f]+)/gim,
];

interface Secret {
  /** As it stands in the log, one character a byte: plain, and in UTF-16. */
  plain: string;
  wide: string;
  stand: string;
  wideStand: string;
}

export interface Redactor {
  /** Learns the secrets of the environment and of the command line. */
  learnStart(environment: Readonly<Record<string, string | undefined>>, words: readonly string[]): void;
  /** Marks what came from outside in the bytes that are cleaned next. */
  noteReceived(from: number, to: number): void;
  /** Replaces in place. */
  clean(bytes: Uint8Array, from: number, to: number): void;
  cleanText(text: string): string;
}

export function makeRedactor(): Redactor {
  const secrets: Secret[] = [];
  const known = new SafeMap<string, Secret>();
  let ranges: number[] = [];

  const learn = (text: string): Secret => {
    const before = known.get(text);
    if (before) return before;
    const head = regExpExec(formHead, text)?.[0].length ?? 0;
    const stand = stringSlice(text, 0, head) + standIn(stringSlice(text, head), secrets.length);
    const secret = { plain: text, wide: widen(text), stand, wideStand: widen(stand) };
    if (text.length < SHORTEST || !isSecretValue(text)) return secret;
    known.set(text, secret);
    secrets[secrets.length] = secret;
    return secret;
  };
  const learnAll = (pattern: RegExp, text: string) => each(pattern, text, (value) => learn(value));

  return {
    learnStart(environment, words) {
      for (const [name, value] of objectEntries(environment)) {
        if (value === undefined) continue;
        learnAll(forms, value);
        learnAll(inUrl, value);
        if (isSecretName(name)) learn(value);
      }
      for (let i = 0; i < words.length; i++) {
        learnAll(forms, words[i]!);
        learnAll(inUrl, words[i]!);
        const option = regExpExec(/^--?([\w-]+)(?:=(.+))?$/s, words[i]!);
        if (option && isSecretName(option[1]!)) learn(option[2] ?? words[i + 1] ?? '');
      }
    },
    noteReceived(from, to) {
      ranges[ranges.length] = from;
      ranges[ranges.length] = to;
    },
    clean(bytes, from, to) {
      // By its form alone: a rule that goes by names would change the sources, which are in the log too.
      learnAll(forms, latin1Slice(bytes, from, to));
      for (let i = 0; i < ranges.length; i += 2) {
        const start = ranges[i]!;
        const text = latin1Slice(bytes, start, ranges[i + 1]!);
        for (let p = 0; p < cookies.length; p++) learnAll(cookies[p]!, text);
        for (let p = 0; p < received.length; p++) {
          const pattern = received[p]!;
          each(pattern, text, (value, at) => {
            const { stand } = learn(value);
            latin1Write(bytes, stand, start + at, stand.length);
          });
        }
      }
      ranges = [];
      if (secrets.length === 0) return;
      const text = latin1Slice(bytes, from, to);
      for (let i = 0; i < secrets.length; i++) {
        const { plain, wide, stand, wideStand } = secrets[i]!;
        replaceAll(text, plain, (at) => latin1Write(bytes, stand, from + at, stand.length));
        replaceAll(text, wide, (at) => latin1Write(bytes, wideStand, from + at, wideStand.length));
      }
    },
    cleanText(text) {
      let cleaned = text;
      for (let i = 0; i < secrets.length; i++) {
        const { plain, stand } = secrets[i]!;
        replaceAll(text, plain, (at) => {
          cleaned = stringSlice(cleaned, 0, at) + stand + stringSlice(cleaned, at + stand.length);
        });
      }
      return cleaned;
    },
  };
}

/** Each match with its last group, or as a whole where there is none. */
function each(pattern: RegExp, text: string, visit: (value: string, at: number) => void): void {
  pattern.lastIndex = 0;
  for (;;) {
    const match = regExpExec(pattern, text) as (RegExpExecArray & { index: number }) | null;
    if (match === null) return;
    const value = match[1] ?? match[0];
    visit(value, match.index + match[0].length - value.length - (pattern === inUrl || endsWithQuote(match) ? 1 : 0));
    if (match[0].length === 0) pattern.lastIndex++;
  }
}

/** The patterns end with their group, but for one character behind it. */
const endsWithQuote = (match: RegExpExecArray): boolean =>
  match[1] !== undefined && stringSlice(match[0], match[0].length - match[1].length) !== match[1];

function replaceAll(text: string, wanted: string, replace: (at: number) => void): void {
  for (let at = stringIndexOf(text, wanted, 0); at >= 0; at = stringIndexOf(text, wanted, at + wanted.length))
    replace(at);
}

/** Characters at the end that tell which of the secrets it is. */
const TELLING = 3;

/** Of the same length: letters for letters, digits for digits, the rest and what is escaped as it is. */
function standIn(text: string, number: number): string {
  let made = '';
  let rest = number;
  let told = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    const code = charCodeAt(text, i);
    const base = i > 0 && text[i - 1] === '\\' ? 0 : alphabetOf(code);
    if (base === 0) made = text[i]! + made;
    else {
      const size = base === 48 ? 10 : 26;
      const place = told < TELLING ? rest % size : (charCodeAt(LETTERS, i % LETTERS.length) - 97) % size;
      if (told++ < TELLING) rest = floor(rest / size);
      made = stringFromCode(base + place) + made;
    }
  }
  return made;
}

/** Code of its first character; 0 for what is neither letter nor digit. */
function alphabetOf(code: number): number {
  if (code >= 48 && code <= 57) return 48;
  if (code >= 65 && code <= 90) return 65;
  return code >= 97 && code <= 122 ? 97 : 0;
}

/** As UTF-16 has it, little-endian. */
function widen(text: string): string {
  let wide = '';
  for (let i = 0; i < text.length; i++) wide += `${text[i]}\0`;
  return wide;
}
