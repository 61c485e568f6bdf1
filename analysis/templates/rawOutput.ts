/** A place where a template puts a value into the page as it is. */
export interface RawOutput {
  /** Offset of its node in the code. */
  at: number;
  /** What is put out, as paths below the values that the template was given; `*` is any element. EJS: none, the code says it. */
  paths: readonly (readonly string[])[];
  /** The edit that escapes it. */
  escape: { from: number; to: number; text: string }[];
}

/**
 * A template as a program of the same length, so that offsets stay those of the file: EJS keeps its own code, of the
 * others only the places remain that matter. `OUTPUT(x)` puts x out unescaped, `PARTIAL` in front of a text names
 * another template that is put in.
 */
export interface Template {
  code: string;
  outputs: RawOutput[];
}

export const OUTPUT = '$A';
export const PARTIAL = '$I';
/** `PASSED(x)` in a component's markup: x is a property of another component, named around it. */
export const PASSED = '$P';
