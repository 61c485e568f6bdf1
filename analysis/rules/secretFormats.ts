import { SECRET_FORMS } from '../../protocol/secretForms.ts';

const formats: readonly (readonly [RegExp, string])[] = [
  ...SECRET_FORMS.map(([form, kind]) => [new RegExp(`^(?:${form})$`), kind] as const),
  [/^https:\/\/hooks\.slack\.com\/services\/T\w+\/B\w+\/\w+$/, 'Slack webhook'],
  // With some of the key: the line alone is what programs look for.
  [/-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[\s\\nr]*[A-Za-z0-9+/=]{16}/, 'private key'],
  [/^[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:(?!password|pass\b|pwd|\*|<|\$|%)[^\s:/@]{3,}@[^\s/@]+/i, 'password inside a URL'],
];

/** The kind of secret a text is by its form, or undefined. */
export function knownSecretFormat(text: string): string | undefined {
  if (text.length < 16 || text.length > 8000) return undefined;
  return formats.find(
    ([pattern]) => pattern.test(text) && !/example|xxxx|your|1234567890|localhost|127\.0\.0\.1/i.test(text),
  )?.[1];
}

const placeholders =
  /^(<.*>|\$\{.*\}|\{\{.*\}\}|%.*%|x{3,}|\*+|\.+|-+|null|undefined|none|true|false|string|text|password|passwd|pass|secret|token|key|value|required|optional|changeme|change[-_ ]?me|todo|tbd|n\/a|your[-_ ].*|my[-_ ].*|insert[-_ ].*|enter[-_ ].*|example.*|sample.*|dummy.*|fake.*|placeholder.*)$/i;

/** Texts that stand for a secret to be filled in, or that only name it. */
export function isPlaceholder(text: string, name: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length < 3 || placeholders.test(trimmed)) return true;
  const plain = (value: string): string => value.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(trimmed) === plain(name) || /^(process\.|env\.|https?:\/\/|\/|\.\/|#|\.)/.test(trimmed);
}

/** Shannon entropy in bits for each character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Long enough, and no word: what a generator gives and a person does not type. */
export function looksRandom(text: string): boolean {
  if (text.length < 8 || /\s/.test(text)) return false;
  const mixed = /[a-z]/i.test(text) && /[0-9]/.test(text);
  return entropy(text) > (mixed ? 2.6 : 3.4) && !/^[a-z]+([-_./:][a-z]+)*$/i.test(text);
}
