import { COUNTDOWN, PREFIX } from './probeText.ts';

export const LOG: string = `${PREFIX}v`;
const RECORD = `${PREFIX}r`;
const FAILED = `${PREFIX}f`;
const ERROR = `${PREFIX}e`;
const ARROW = `${PREFIX}a`;
/** Holds time still (`true`) or lets it go on; gives false where it stands still already. */
export const HOLD: string = `${PREFIX}q`;

const ENTRIES = 1 << 16;

/**
 * Where visits are written down while the program runs: arrays in the program's own realm, so that V8 inlines the writing
 * into the loop that is asked about. One entry for each expression of a visit, or one for a visit that asks nothing.
 */
export interface VisitLog {
  /** Numbers of places. */
  places: Int32Array;
  points: Float64Array;
  /** Numbers as they are; NaN where `texts` may have the rendering of something else. */
  values: Float64Array;
  /** How many entries there are; the reader sets it back to 0. */
  count: number;
  /** How many entries are told together, at most the length of the arrays. */
  limit: number;
  /** Called when there are so many; has to set the count back. */
  full(): void;
  /** Called with what is no number, and with what an expression threw. */
  other(entry: number, value: unknown, thrown: boolean): void;
}

/** Declares the log and what the texts below call; needs the counter of `declareProbes`. */
export const declareVisitLog: string = `
const ${LOG} = {
  places: new Int32Array(${ENTRIES}),
  points: new Float64Array(${ENTRIES}),
  values: new Float64Array(${ENTRIES}),
  count: 0,
  limit: ${ENTRIES},
  full() { this.count = 0; },
  other() {},
};
const ${RECORD} = (place, value) => {
  const entry = ${LOG}.count;
  ${LOG}.places[entry] = place;
  ${LOG}.points[entry] = ${COUNTDOWN}.still < 0 ? ${COUNTDOWN}.end - ${COUNTDOWN}.n : ${COUNTDOWN}.still;
  if (typeof value === 'number') ${LOG}.values[entry] = value;
  else {
    ${LOG}.values[entry] = NaN;
    ${LOG}.other(entry, value, false);
  }
  ${LOG}.count = entry + 1;
  if (entry + 1 >= ${LOG}.limit) ${LOG}.full();
};
const ${FAILED} = (place, error) => {
  ${LOG}.other(${LOG}.count, error, true);
  ${RECORD}(place, NaN);
};
const ${ARROW} = (place, condition, ...parts) => {
  if (!${HOLD}(true)) return;
  try {
    if (!condition()) return;
    if (!parts.length) ${RECORD}(place, 0);
    for (let part = 0; part < parts.length; part++) {
      try { ${RECORD}(place, parts[part]()); } catch (error) { ${FAILED}(place, error); }
    }
  } catch {} finally { ${HOLD}(false); }
};`;

/** What a query wants to know each time that a place is passed. */
export interface VisitQuestion {
  id: number;
  condition?: string;
  expressions?: readonly string[];
  /** Nothing in the condition or the expressions can run code of the program. */
  simple: boolean;
}

/**
 * The text of a visit, as a statement. Expressions stand in the program's text as they are: as functions they would have
 * each of their variables moved out of its register. What runs code of the program is held outside time.
 */
export function visitStatement({ id, condition, expressions = [], simple }: VisitQuestion): string {
  const parts = expressions.map(
    (expression) => `try{${RECORD}(${id},(${oneLine(expression)}))}catch(${ERROR}){${FAILED}(${id},${ERROR})}`,
  );
  let text = parts.join('') || `${RECORD}(${id},0)`;
  // A condition that throws (a variable that does not exist yet) does not hold.
  if (condition !== undefined) text = `try{if((${oneLine(condition)})){${text}}}catch(${ERROR}){}`;
  // What an evaluation passes is not part of the recording.
  return simple ? `if(${COUNTDOWN}.still<0){${text}}` : `if(${HOLD}(true))try{${text}}finally{${HOLD}(false)}`;
}

/** The same as an expression, for the body of an arrow function; the parts are functions there. */
export function visitExpression({ id, condition, expressions = [] }: VisitQuestion): string {
  const parts = [condition ?? 'true', ...expressions].map((part) => `()=>(${oneLine(part)})`);
  return `${ARROW}(${[id, ...parts].join(',')})`;
}

/** Added text never holds a line break; in an expression one counts as a space. */
function oneLine(expression: string): string {
  return expression.replace(/[\r\n\u2028\u2029]+/g, ' ');
}
