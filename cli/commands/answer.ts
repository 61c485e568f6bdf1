import type { Frame } from '../../time-travel/replay/agent/jobs.ts';

/** The answer to a question: as JSON, as lines, and whether there is one. */
export interface Answer {
  answer: unknown;
  lines: string[];
  found: boolean;
}

/** A frame of the program as answers give it; lines and columns from 1. */
export interface ShownFrame {
  function: string;
  file: string;
  line: number;
  column: number;
}

export function shownFrames(frames: readonly Frame[]): ShownFrame[] {
  return frames
    .filter(({ program }) => program)
    .map((frame) => {
      const { path, line, column } = frame.original ?? frame;
      return { function: frame.original?.name ?? frame.name, file: path, line: line + 1, column: column + 1 };
    });
}

export function stackLines(stack: readonly ShownFrame[]): string[] {
  return stack.map(
    (frame) => `    at ${frame.function || '(anonymous)'} (${frame.file}:${frame.line}:${frame.column})`,
  );
}
