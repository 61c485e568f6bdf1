import { type Options, type Program, parse } from 'acorn';
import { ColumnMap, lineStarts, positionAt } from './columnMap.ts';
import { type FunctionRange, findProbePlaces, type ProbePlace } from './probePlaces.ts';
import * as text from './probeText.ts';
import type { WritePiece } from './writeProbes.ts';

export type SourceKind = 'commonjs' | 'module';

/** A place where execution can stand: before this statement (or arrow expression) runs. Lines and columns from 0. */
export interface Stop {
  line: number;
  column: number;
  /** Index into `functions`. */
  function: number;
  /** The first stop of each call of its function, passed once in a call. */
  entry: boolean;
  /** Its call may be left here and resumed later. */
  suspends: boolean;
}

export interface Instrumented {
  code: string;
  columns: ColumnMap;
  /** In source order. */
  stops: Stop[];
  functions: FunctionRange[];
  /** Numbers of the functions whose calls may be left and resumed later. */
  resumed: ReadonlySet<number>;
}

/** Source text that a query wants to run at a stop, as it reads among statements and within an expression. */
export interface VisitText {
  statement: string;
  expression: string;
}

/** Gives the text a query wants to run at a stop, or undefined where it asks nothing. */
export type Visitor = (stop: Stop, index: number) => VisitText | undefined;

/** Finds the probes that a query wants at writes; `starts` are the offsets of lines. */
export type WriteFinder = (program: Program, starts: number[]) => WritePiece[];

/**
 * Puts a probe before every statement, on the same line. Gives undefined where the source does not parse, holds a name
 * of the probes, or has no statement: such source runs as it is, and execution passes through it unseen. The functions
 * in `calls` declare `CALL` in each of their calls, with the value whose text is given.
 */
export function instrument(
  source: string,
  kinds: readonly SourceKind[],
  visit?: Visitor,
  findWrites?: WriteFinder,
  calls?: ReadonlyMap<number, string>,
): Instrumented | undefined {
  if (source.includes(text.PREFIX)) return undefined;
  const program = parseFirst(source, kinds);
  if (!program) return undefined;
  const { probes, functions } = findProbePlaces(program);
  if (!probes.length) return undefined;
  const starts = lineStarts(source);
  const stops: Stop[] = [];
  const pieces: Piece[] = [];
  probes.forEach((probe, index) => {
    const stop = {
      ...positionAt(starts, probe.start),
      function: probe.function,
      entry: probe.entry,
      suspends: probe.suspends,
    };
    stops.push(stop);
    const value = probe.entry ? calls?.get(probe.function) : undefined;
    if (value) pieces.push(...callPieces(source, probe, index, functions[probe.function]!, value));
    addPieces(pieces, probe, index, visit?.(stop, index));
  });
  const writes = findWrites?.(program, starts) ?? [];
  writes.forEach((piece, index) => {
    pieces.push({ ...piece, order: probes.length + index });
  });
  const resumed = new Set(stops.filter(({ suspends }) => suspends).map((stop) => stop.function));
  const { code, at, length } = join(source, pieces);
  return { code, columns: new ColumnMap(source, { at, length }), stops, functions, resumed };
}

interface Piece {
  at: number;
  text: string;
  closes: boolean;
  /** Where that began which closes here. */
  opened?: number;
  order: number;
}

/** An arrow with an expression for a body gets a block, in which its call can have a variable. */
function callPieces(source: string, probe: ProbePlace, index: number, range: FunctionRange, value: string): Piece[] {
  const around = { order: index - 0.5 };
  if (probe.kind !== 'expression') {
    return [{ ...around, at: probe.start, text: text.passage(text.callState(value)), closes: false }];
  }
  const opened = afterArrow(source, range.head, probe.start);
  return [
    { ...around, at: opened, text: text.passage(text.callArrowOpen(value)), closes: false },
    { ...around, at: range.end, text: text.passage(text.callArrowClose), closes: true, opened },
  ];
}

/** The end of the arrow between an arrow function's parameters and its body; a comment may hold another one. */
function afterArrow(source: string, from: number, body: number): number {
  const gap = source.slice(from, body).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, (comment) => ' '.repeat(comment.length));
  return from + gap.indexOf('=>') + 2;
}

function addPieces(pieces: Piece[], probe: ProbePlace, order: number, visit: VisitText | undefined): void {
  const add = (at: number, piece: string) => pieces.push({ at, text: piece, closes: false, order });
  const close = (piece: string) =>
    pieces.push({ at: probe.end, text: piece, closes: true, opened: probe.start, order });
  const after = visit ? text.passage(`${visit.statement};`) : '';
  const look = probe.looks ? text.look : '';
  switch (probe.kind) {
    case 'statement':
      return void add(probe.start, text.statementProbe + look + after);
    case 'empty':
      return void add(probe.start, text.emptyBodyProbe + look + after);
    case 'block':
      add(probe.start, text.blockOpen + look + after);
      return void close(text.blockClose);
    case 'expression':
      add(
        probe.start,
        text.expressionOpen +
          (probe.looks ? text.lookInExpression : '') +
          (visit ? text.passage(`${visit.expression},`) : ''),
      );
      return void close(text.expressionClose);
  }
}

const inward = (a: Piece, b: Piece) => (a.opened ?? 0) - (b.opened ?? 0) || a.order - b.order;

/** At one offset what ends comes before what begins, and the inner ends before the outer. */
function join(source: string, pieces: Piece[]): { code: string; at: number[]; length: number[] } {
  pieces.sort(
    (a, b) => a.at - b.at || Number(b.closes) - Number(a.closes) || (a.closes ? inward(b, a) : a.order - b.order),
  );
  const parts: string[] = [];
  const at: number[] = [];
  const length: number[] = [];
  let last = 0;
  for (const piece of pieces) {
    parts.push(source.slice(last, piece.at), piece.text);
    at.push(piece.at);
    length.push(piece.text.length);
    last = piece.at;
  }
  parts.push(source.slice(last));
  return { code: parts.join(''), at, length };
}

/** The program of a source, as the first of these kinds that it is; undefined when it is none. */
export function parseFirst(source: string, kinds: readonly SourceKind[]): Program | undefined {
  for (const kind of kinds) {
    const options: Options = {
      ecmaVersion: 'latest',
      sourceType: kind === 'module' ? 'module' : 'script',
      allowHashBang: true,
      // Node runs CommonJS source as the body of a function.
      allowReturnOutsideFunction: kind === 'commonjs',
      allowNewTargetOutsideFunction: kind === 'commonjs',
    } as Options;
    try {
      return parse(source, options);
    } catch {
      // Not of this kind, or not JavaScript that acorn knows: the next kind, then none.
    }
  }
  return undefined;
}
