/** What a program in a sandbox may do to the terminal of whoever runs it: end lines, tabulate, and use colours. */
const COLOUR = /\u001b\[[\d;:]*m/y;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/**
 * Text of a program for a terminal. Other control sequences would set its title, fill its clipboard, hide lines or answer as
 * its keyboard: their first character is left out, and the rest is text.
 */
export function terminalText(text: string): string {
  return text.replace(CONTROL, (mark, at: number) => {
    if (mark !== '\u001b') return '';
    COLOUR.lastIndex = at;
    return COLOUR.test(text) ? mark : '';
  });
}

/** Writes text of a program: to a terminal without what would steer it, to anything else as it is. */
export function writeProgramText(stream: NodeJS.WriteStream, text: string): void {
  stream.write(stream.isTTY ? terminalText(text) : text);
}
