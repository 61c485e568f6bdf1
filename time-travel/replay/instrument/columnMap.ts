/** Where text was put in: `at` offsets of the original source, ascending, and how many characters were added there. */
export interface Insertions {
  at: number[];
  length: number[];
}

/**
 * Lines are the same before and after instrumentation; columns are not. A column inside added text belongs to the
 * original place at which the text was added. Columns and lines count from 0, as V8 does.
 */
export class ColumnMap {
  readonly #lineStarts: number[];
  readonly #at: number[];
  /** Total length added before and at the insertion with the same index. */
  readonly #shift: number[] = [];

  constructor(source: string, insertions: Insertions) {
    this.#lineStarts = lineStarts(source);
    this.#at = insertions.at;
    let sum = 0;
    for (const length of insertions.length) {
      sum += length;
      this.#shift.push(sum);
    }
  }

  /** The original column of a column in the instrumented text. */
  toOriginal(line: number, column: number): number {
    const lineStart = this.#lineStarts[line];
    if (lineStart === undefined) return column;
    const before = this.#shiftBefore(lineStart);
    let seen = before;
    for (let i = this.#indexAtOrAfter(lineStart); i < this.#at.length; i++) {
      const original = this.#at[i]! - lineStart;
      if (column < original + seen - before) break;
      const added = this.#shift[i]! - seen;
      if (column < original + seen - before + added) return original;
      seen += added;
    }
    return column - (seen - before);
  }

  /** The offset in the original source of a place in the instrumented text. */
  originalOffset(line: number, column: number): number {
    return (this.#lineStarts[line] ?? 0) + this.toOriginal(line, column);
  }

  /** The column in the instrumented text at which the original text of this column begins. */
  toInstrumented(line: number, column: number): number {
    const lineStart = this.#lineStarts[line];
    if (lineStart === undefined) return column;
    return column + this.#shiftBefore(lineStart + column + 1) - this.#shiftBefore(lineStart);
  }

  /** The original text of an instrumented one. */
  withoutInsertions(code: string): string {
    const parts: string[] = [];
    let from = 0;
    let seen = 0;
    this.#at.forEach((at, index) => {
      parts.push(code.slice(from, at + seen));
      seen = this.#shift[index]!;
      from = at + seen;
    });
    return parts.join('') + code.slice(from);
  }

  /** Length added at offsets smaller than `offset`. */
  #shiftBefore(offset: number): number {
    return this.#shift[this.#indexAtOrAfter(offset) - 1] ?? 0;
  }

  #indexAtOrAfter(offset: number): number {
    let low = 0;
    let high = this.#at.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#at[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Offsets at which lines begin, by ECMAScript's line terminators. */
export function lineStarts(source: string): number[] {
  const starts = [0];
  for (const match of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** Line and column (from 0) of an offset. */
export function positionAt(starts: number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return { line: low - 1, column: offset - starts[low - 1]! };
}
