/** What secrets look like. Small and pure: analysis, recorder and everything that shows a recording go by the same. */

/** Forms that services document for their keys, as the text of patterns, and what they are. */
export const SECRET_FORMS: readonly (readonly [form: string, kind: string])[] = [
  ['(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}', 'AWS access key'],
  ['gh[pousr]_[A-Za-z0-9]{36,}', 'GitHub token'],
  ['github_pat_[A-Za-z0-9_]{60,}', 'GitHub token'],
  ['glpat-[A-Za-z0-9_-]{20,}', 'GitLab token'],
  ['xox[abpors]-[A-Za-z0-9-]{10,}', 'Slack token'],
  ['(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}', 'Stripe key'],
  ['sk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}', 'API key'],
  ['AIza[A-Za-z0-9_-]{35}', 'Google API key'],
  ['ya29\\.[A-Za-z0-9_-]{20,}', 'Google access token'],
  ['SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}', 'SendGrid key'],
  ['npm_[A-Za-z0-9]{36}', 'npm token'],
  ['key-[a-f0-9]{32}', 'Mailgun key'],
  ['SK[a-f0-9]{32}', 'Twilio key'],
  ['eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}', 'JSON web token'],
];

/** Finds secrets by their form within any text. */
export const formsWithin = (): RegExp =>
  new RegExp(`(?<![A-Za-z0-9_])(?:${SECRET_FORMS.map(([form]) => form).join('|')})`, 'g');

/** Within a name of a variable, a field, a header or an option: its value is a secret. */
export const SECRET_WORDS =
  'passw(?:or)?d|passphrase|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|signing[-_]?key|encryption[-_]?key|credential';

const secretName = new RegExp(`${SECRET_WORDS}|authorization|cookie`, 'i');
/** Names that hold what is said about a secret. */
const aboutSecret =
  /(type|name|path|file|url|uri|length|size|count|limit|ttl|expir\w*|_?at|sock|policy|header|prefix)$/i;

/** For example `API_TOKEN`, `x-api-key`, `dbPassword`. */
export const isSecretName = (name: string): boolean => secretName.test(name) && !aboutSecret.test(name);

/** No word, number or path: what is taken for a secret where its name says so. */
export function isSecretValue(value: string): boolean {
  if (value.length < 6 || /^[./~]/.test(value)) return false;
  return value.length >= 24 || (/[0-9]/.test(value) && /[a-z]/i.test(value)) || /[^\w\s.,:/-]/.test(value);
}

export const HIDDEN = '[hidden]';

const within = formsWithin();
// Each pattern begins where a word does: texts are long, and a program's own.
const inUrl = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:)([^\s/@]+)(@)/gi;
const inHeader =
  /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|digest|token|apikey)\s+)?)([^\s"',;]+)/gi;
const inScheme = /\b((?:bearer|basic)\s+)([A-Za-z0-9+/_.=-]{16,})/gi;
const named = /(?<![\w-])([\w-]+)(["']?\s*[=:]\s*["']?)(?!\[hidden\]|[^\s"'&;,]*\()([^\s"'&;,]{4,})/g;
const namesSecret = new RegExp(`${SECRET_WORDS}|cookie`, 'i');

/** The text with everything in it that looks like a secret replaced: for what is listed, shown or told. */
export function maskSecrets(text: string): string {
  return text
    .replace(within, HIDDEN)
    .replace(inUrl, `$1${HIDDEN}$3`)
    .replace(inHeader, `$1${HIDDEN}`)
    .replace(inScheme, `$1${HIDDEN}`)
    .replace(named, (all, name: string, between: string) =>
      namesSecret.test(name) && isSecretName(name) ? `${name}${between}${HIDDEN}` : all,
    );
}

/** Words of a command line: `--token VALUE` and `--token=VALUE` too. */
export function maskWords(words: readonly string[]): string[] {
  return words.map((word, at) => {
    const option = at > 0 ? /^--?([\w-]+)$/.exec(words[at - 1]!) : null;
    return option && isSecretName(option[1]!) && !word.startsWith('-') ? HIDDEN : maskSecrets(word);
  });
}
