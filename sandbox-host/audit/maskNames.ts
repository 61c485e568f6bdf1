import { formsWithin, HIDDEN, isSecretName } from '../../protocol/secretForms.ts';

const FORMS = formsWithin();
/** Longer than any name of a field; a guest chooses these texts, and each is looked at in one pass. */
const LONGEST_FIELD = 64;

/**
 * An address or a command line without what may be secret in it: values of fields and options whose name says so
 * (`?api_key=…`, `--token …`), and what has the form of a key.
 */
export function maskNames(text: string): string {
  const parts = text.split(/([?&;#\s])/);
  const masked = parts.map((part, at) => {
    const equals = part.indexOf('=');
    if (equals > 0 && namesSecret(part.slice(0, equals))) return `${part.slice(0, equals + 1)}${HIDDEN}`;
    const before = at >= 2 ? parts[at - 2]! : '';
    const isValue = before.startsWith('-') && !before.includes('=') && part !== '' && !part.startsWith('-');
    return isValue && namesSecret(before) ? HIDDEN : part;
  });
  return masked.join('').replace(FORMS, HIDDEN);
}

function namesSecret(name: string): boolean {
  return isSecretName(name.slice(-LONGEST_FIELD));
}
