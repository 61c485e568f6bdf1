import { ejsTemplate } from './ejs.ts';
import { handlebarsTemplate } from './handlebars.ts';
import { pugTemplate } from './pug.ts';

/** Files of template engines whose output without escaping is followed. */
export const templateExtension = /\.(ejs|hbs|handlebars|mustache|pug|jade)$/i;

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

export function readTemplate(path: string, text: string): Template {
  if (/\.ejs$/i.test(path)) return ejsTemplate(text);
  return /\.(pug|jade)$/i.test(path) ? pugTemplate(text) : handlebarsTemplate(text);
}

/** Builds a text of the same length and lines in which only what is written to it is not blank. */
export class Canvas {
  private readonly signs: string[];

  constructor(text: string) {
    this.signs = text.replace(/[^\n\r]/g, ' ').split('');
  }

  write(at: number, text: string): void {
    for (let index = 0; index < text.length; index++) this.signs[at + index] = text[index]!;
  }

  /** A name that stands for the output between two offsets. */
  output(from: number, to: number): void {
    this.write(from, '$'.repeat(Math.max(1, to - from)));
  }

  toString(): string {
    return this.signs.join('');
  }
}
