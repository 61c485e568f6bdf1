/** A message of the editor has room for so much. */
const LONGEST = 300;
/** Control characters, and those that turn the direction of what follows or are not seen at all. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text that a program has chosen, for a message of the editor: VS Code makes a link of `[text](command:...)`, which runs a command
 * when it is clicked, and what is not seen may stand for something else than what is read.
 */
export function plainText(text: string): string {
  const seen = text.replace(UNSEEN, (mark) =>
    /\s/.test(mark) ? ' ' : `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const unlinked = seen.replaceAll('](', '] (');
  return unlinked.length > LONGEST ? `${unlinked.slice(0, LONGEST)}… (${unlinked.length} characters)` : unlinked;
}
