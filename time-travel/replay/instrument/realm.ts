import {
  CALL_BEGINS,
  CALL_ENDS,
  CALL_GOES_ON,
  CALLS,
  COUNTDOWN,
  PREFIX,
  PROBE_PATTERN,
  STOP,
  VISIT,
  WRITE,
  WRITE_KEY,
  WRITTEN,
} from './probeText.ts';
import { declareVisitLog, HOLD, LOG, type VisitLog } from './visitLog.ts';

/** The countdown never runs further than a small integer reaches, so that V8 keeps it out of the heap. */
export const LONGEST_COUNTDOWN = 0x3fffffff;

/**
 * A script that declares what probes name and gives access to it. Lexical declarations of a script are seen by every
 * CommonJS and ES module of the realm, yet are no properties of its global object.
 */
export const declareProbes: string = `
const ${COUNTDOWN} = { n: ${LONGEST_COUNTDOWN}, end: ${LONGEST_COUNTDOWN} + 0.5, still: -0.5, kept: 0 };
${COUNTDOWN}.end = ${LONGEST_COUNTDOWN};
let ${STOP} = () => { ${COUNTDOWN}.n = ${LONGEST_COUNTDOWN}; };
let ${VISIT} = () => {};
let ${WRITE} = (object) => object;
let ${WRITE_KEY} = (key) => key;
let ${WRITTEN} = (result) => result;
const ${CALLS} = { top: undefined };
let ${CALL_BEGINS} = () => undefined;
let ${CALL_ENDS} = (call, value) => value;
let ${CALL_GOES_ON} = (call, value) => value;
const ${HOLD} = (hold) => {
  if (!hold) {
    ${COUNTDOWN}.still = -0.5;
    ${COUNTDOWN}.n = ${COUNTDOWN}.kept;
    return true;
  }
  if (${COUNTDOWN}.still >= 0) return false;
  ${COUNTDOWN}.kept = ${COUNTDOWN}.n;
  ${COUNTDOWN}.still = ${COUNTDOWN}.end - ${COUNTDOWN}.n;
  ${COUNTDOWN}.n = ${LONGEST_COUNTDOWN};
  return true;
};
${declareVisitLog}
((defineProperty, left) => ({
  point: () => ${COUNTDOWN}.still < 0 ? ${COUNTDOWN}.end - ${COUNTDOWN}.n : ${COUNTDOWN}.still,
  countFrom: (point, statements) => {
    ${COUNTDOWN}.end = point + statements;
    ${COUNTDOWN}.n = statements;
  },
  hold: ${HOLD},
  stopExactly: () => {
    left = ${COUNTDOWN}.n;
    defineProperty(${COUNTDOWN}, 'n', {
      get: () => left,
      set: (now) => {
        left = now;
        if (now === 0) ${STOP}();
      },
    });
  },
  onStop: (callback) => {
    ${STOP} = () => {
      if (${COUNTDOWN}.still < 0) callback();
      else ${COUNTDOWN}.n = ${LONGEST_COUNTDOWN};
    };
  },
  onVisit: (callback) => { ${VISIT} = callback; },
  onWrite: (target, key, written) => {
    ${WRITE} = target;
    ${WRITE_KEY} = key;
    if (written) ${WRITTEN} = written;
  },
  calls: ${CALLS},
  onCalls: (begins, ends, goesOn) => {
    ${CALL_BEGINS} = begins;
    ${CALL_ENDS} = ends;
    ${CALL_GOES_ON} = goesOn;
  },
  visits: ${LOG},
}))(Object.defineProperty)`;

/** What the script above evaluates to. */
export interface ProbeAccess {
  /** Statements begun so far, or where time was held. */
  point(): number;
  /** Says at which point the program is, and after how many statements the callback below comes. */
  countFrom(point: number, statements: number): void;
  /** While held, statements do not count; gives false where time is held already. */
  hold(hold: boolean): boolean;
  /**
   * From now on the callback below comes at the very statement at which nothing is left, not where the countdown is next
   * looked at. The counter becomes an accessor, which V8 notices: code that it optimised is given up and begins again.
   */
  stopExactly(): void;
  onStop(callback: () => void): void;
  /** Called with a value that an evaluation in a frame hands over. */
  onVisit(callback: (place: number, value: unknown) => void): void;
  /** `written`: called when a variable has been written, with what to give back, its call, and its value if that is another. */
  onWrite(
    target: (object: unknown, key?: string, created?: true) => unknown,
    key: (key: unknown) => unknown,
    written?: (result: unknown, call: unknown, ...value: unknown[]) => unknown,
  ): void;
  /** The innermost call, as the probes of `callProbes` see it; kept by the callbacks below. */
  calls: { top: unknown };
  /** Called when a call begins, ends (or is left for a while) and goes on; the last two give their second argument. */
  onCalls(
    begins: (functionNumber: number) => unknown,
    ends: (call: unknown, value?: unknown) => unknown,
    goesOn: (call: unknown, value?: unknown, atStatement?: boolean) => unknown,
  ): void;
  visits: VisitLog;
}

/**
 * Lets functions of a realm show the text their author wrote. The replacement passes for the native function: name,
 * length, no prototype, `[native code]`. Self-contained, because its own text is run in other realms too.
 */
export function hideProbes(realm: typeof globalThis, prefix: string, pattern: string): void {
  const { apply } = realm.Reflect;
  const original = realm.Function.prototype.toString;
  const includes = realm.String.prototype.includes;
  const replace = realm.RegExp.prototype[Symbol.replace];
  const pieces = new realm.RegExp(pattern, 'g');
  // The program may change RegExp.prototype; this object keeps the methods it was made with.
  const exec = realm.RegExp.prototype.exec;
  Object.defineProperties(pieces, { exec: { value: exec }, flags: { value: 'g' } });
  // A method, because the native function is no constructor either.
  const replacement = {
    toString(this: unknown): string {
      if (this === replacement.toString) return apply(original, original, []);
      const text: string = apply(original, this, []);
      if (!apply(includes, text, [prefix])) return text;
      pieces.lastIndex = 0;
      return apply(replace, pieces, [text, '']) as string;
    },
  };
  realm.Object.defineProperty(realm.Function.prototype, 'toString', { value: replacement.toString });
}

/** Everything a realm needs before instrumented source runs in it, as one script. */
export const realmScript: string = `${declareProbes};
(${hideProbes.toString()})(globalThis, ${JSON.stringify(PREFIX)}, ${JSON.stringify(PROBE_PATTERN)});`;
