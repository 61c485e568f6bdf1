/**
 * The text that instrumentation adds to a program. It never holds a line break, so lines stay as they are, and every
 * piece can be recognised, so that `Function.prototype.toString` can show a function as it was written.
 */
export const PREFIX = '$Ap3x$';
/** Statements left until the next stop: a script-scope `let`, visible to CommonJS and ES modules alike. */
export const COUNTDOWN = `${PREFIX}t`;
/** Called when the countdown reaches zero. */
export const STOP = `${PREFIX}b`;
/** Called at a place that a query asked about: `$Ap3x$h(place, () => expression)`. */
export const VISIT = `${PREFIX}h`;

/** Called with an object and a key that are about to be written (or were, in a new object); gives the object. */
export const WRITE = `${PREFIX}w`;
/** Called with the computed key of such a write; gives the key. */
export const WRITE_KEY = `${PREFIX}k`;
/** Holds the number of a call of the function that declares a watched variable. */
export const WRITE_ID = `${PREFIX}i`;

/** Holds what a call of a function keeps about itself while a step is looked for. */
export const CALL: string = `${PREFIX}c`;

const STEP = `--${COUNTDOWN}||${STOP}()`;
/** One marker announces one added punctuation character; a longer passage stands between two markers. */
const MARK = '/*$Ap3x*/';
const OPEN = '/*$Ap3x(*/';
const CLOSE = '/*$Ap3x)*/';

export const statementProbe = `${STEP};`;
export const blockOpen = `${MARK}{${STEP};`;
/** Declares `CALL`: the points of the call's last and first statement, and whether its next one is waited for. */
export const callState = `;const ${CALL}={p:0,e:0,w:0};`;
export const callArrowOpen = `{${callState}return(`;
export const callArrowClose = `)}`;
export const blockClose = `${MARK}}`;
export const emptyBodyProbe = `${MARK};${STEP};`;
export const expressionOpen = `${MARK}(${STEP},`;
export const expressionClose = `${MARK})`;

/** Text between markers, for probes whose content a query decides. */
export function passage(text: string): string {
  return `${OPEN}${text}${CLOSE}`;
}

const quoted = (text: string) => text.replace(/[$()*/|\\-]/g, '\\$&');
const PIECES = new RegExp(`${quoted(OPEN)}[^]*?${quoted(CLOSE)}|${quoted(STEP)}[;,]|${quoted(MARK)}[{}();]`, 'g')
  .source;

/** The regular expression source that matches every added piece (one expression, so that other realms can build it). */
export const PROBE_PATTERN: string = PIECES;

/** Source text as the program's author wrote it. */
export function withoutProbes(text: string): string {
  return text.includes(PREFIX) ? text.replace(new RegExp(PROBE_PATTERN, 'g'), '') : text;
}
