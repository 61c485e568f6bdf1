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
