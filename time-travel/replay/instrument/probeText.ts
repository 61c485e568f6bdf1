/**
 * The text that instrumentation adds to a program. It never holds a line break, so lines stay as they are, and every
 * piece can be recognised, so that `Function.prototype.toString` can show a function as it was written.
 */
export const PREFIX = '$Ap3x$';
/** Holds the statements left until the next stop (as `n`): a script-scope constant, visible to every module. */
export const COUNTDOWN = `${PREFIX}t`;
/** Called where the countdown is looked at and has run out. */
export const STOP = `${PREFIX}b`;
/** Called at a place that a query asked about: `$Ap3x$h(place, () => expression)`. */
export const VISIT = `${PREFIX}h`;

/** Called with an object and a key that are about to be written (or were, in a new object); gives the object. */
export const WRITE = `${PREFIX}w`;
/** Called with the computed key of such a write; gives the key. */
export const WRITE_KEY = `${PREFIX}k`;
/** Called when a variable has been written: `$j(result, call, value)`; without a value the result is it. Gives the result. */
export const WRITTEN = `${PREFIX}j`;
/** Holds the number of a call of the function that declares a watched variable. */
export const WRITE_ID = `${PREFIX}i`;

/** Holds what a call of a function keeps about itself while calls are told apart. */
export const CALL: string = `${PREFIX}c`;
/** Called when a call begins, with the number of its function; gives what `CALL` holds. */
export const CALL_BEGINS: string = `${PREFIX}n`;
/** Called when a call ends or is left for a while, with what it holds and a value, which it gives back. */
export const CALL_ENDS: string = `${PREFIX}l`;
/** Called when a call goes on that is not the `top` of the calls, third argument: with a statement; gives the second. */
export const CALL_GOES_ON: string = `${PREFIX}u`;
/** Holds, as `top`, what the innermost call holds. */
export const CALLS: string = `${PREFIX}s`;

/**
 * Counts and does not branch: V8 then keeps the count in a register from one look to the next. `|0` tells it that the
 * number cannot overflow, so that nothing has to be checked.
 */
const STEP = `${COUNTDOWN}.n=${COUNTDOWN}.n-1|0`;
/** Stands only where every long run passes: in the bodies of loops and where functions begin. */
const LOOK = `${COUNTDOWN}.n>0||${STOP}()`;
/** One marker announces one added punctuation character; a longer passage stands between two markers. */
const MARK = '/*$Ap3x*/';
const OPEN = '/*$Ap3x(*/';
const CLOSE = '/*$Ap3x)*/';

export const statementProbe = `${STEP};`;
export const blockOpen = `${MARK}{${STEP};`;
/** After a probe that ends with a semicolon, and after one that ends with a comma. */
export const look = `${LOOK};`;
export const lookInExpression = `${LOOK},`;
/** Declares `CALL` with a value. */
export const callState = (value: string): string => `;const ${CALL}=${value};`;
export const callArrowOpen = (value: string): string => `{${callState(value)}return(`;
export const callArrowClose = `)}`;
export const blockClose = `${MARK}}`;
export const emptyBodyProbe = `${MARK};${STEP};`;
export const expressionOpen = `${MARK}(${STEP},`;
export const expressionClose = `${MARK})`;

/** Text between markers, for probes whose content a query decides. */
export function passage(text: string): string {
  return `${OPEN}${text}${CLOSE}`;
}

const quoted = (text: string) => text.replace(/[$()*/|.>\\-]/g, '\\$&');
const PIECES = new RegExp(
  `${quoted(OPEN)}[^]*?${quoted(CLOSE)}|(?:${quoted(STEP)}|${quoted(LOOK)})[;,]|${quoted(MARK)}[{}();]`,
  'g',
).source;

/** The regular expression source that matches every added piece (one expression, so that other realms can build it). */
export const PROBE_PATTERN: string = PIECES;

/** Source text as the program's author wrote it. */
export function withoutProbes(text: string): string {
  return text.includes(PREFIX) ? text.replace(new RegExp(PROBE_PATTERN, 'g'), '') : text;
}
