import { resolve } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { findProcess } from '../../time-travel/recording/replayRecording.ts';
import type { PointRange } from '../../time-travel/replay/engine/callTree.ts';
import { checkExpression } from '../../time-travel/replay/engine/expressions.ts';
import { neighbour, timeAt } from '../../time-travel/replay/engine/facts.ts';
import { recordingLauncher } from '../../time-travel/replay/engine/launch.ts';
import { parsePoint, parseRange } from '../../time-travel/replay/engine/pointText.ts';
import { ReplaySession } from '../../time-travel/replay/engine/replaySession.ts';
import type { ExitCode } from '../command.ts';
import { type Answer, type ShownFrame, shownFrames, stackLines } from './answer.ts';
import { calledTree, functionCosts } from './costs.ts';
import { readChanged, whatIf } from './whatIf.ts';

/** Points as people write them; without one the range reaches to the recording's own end. */
interface Range {
  from?: string;
  to?: string;
}

/** A question to a recording; exactly one of them is asked at a time. */
export type ReplayQuery =
  | { kind: 'at'; point: string; expression?: string }
  | ({ kind: 'logpoint'; place: string; expression: string } & Range)
  | ({ kind: 'profile' | 'calls' } & Range)
  | { kind: 'lastWrite'; point: string; expression: string }
  | { kind: 'whatIf'; point: string; change: string; goOn: boolean }
  | { kind: 'whatIfSource'; file: string; changed: string; goOn: boolean };

/**
 * Answers one question to a process or thread (`wanted`, by default the main one) and prints the answer. Code 0: there is one; 1: there is none (nothing ran there, nothing wrote
 * it, the expression threw); for what-if 0: nothing differs, 1: something does.
 */
export async function askRecording(
  folder: string,
  nodes: readonly string[],
  query: ReplayQuery,
  json: boolean,
  wanted?: string,
): Promise<ExitCode> {
  const chosen = wanted === undefined ? {} : { process: findProcess(folder, wanted) };
  const session = await ReplaySession.open(recordingLauncher(folder, nodes, chosen));
  session.sourceMaps.onNote = (note) => void process.stderr.write(`apex: ${note}\n`);
  try {
    const { answer, lines, found } = await answerTo(session, query);
    process.stdout.write(json ? `${JSON.stringify(answer)}\n` : lines.map((line) => `${line}\n`).join(''));
    return found ? 0 : 1;
  } finally {
    session.close();
  }
}

async function answerTo(session: ReplaySession, query: ReplayQuery): Promise<Answer> {
  switch (query.kind) {
    case 'at':
      return query.expression === undefined
        ? stackAt(session, parsePoint(session, query.point))
        : valueAt(session, parsePoint(session, query.point), query.expression);
    case 'logpoint':
      return allVisits(session, query.place, query.expression, parseRange(session, query.from, query.to));
    case 'profile':
      return functionCosts(session, parseRange(session, query.from, query.to));
    case 'calls':
      return calledTree(session, parseRange(session, query.from, query.to));
    case 'lastWrite':
      return lastWrite(session, parsePoint(session, query.point), query.expression);
    case 'whatIf': {
      const point = parsePoint(session, query.point);
      return whatIf(session, { kind: 'value', point, frame: 0, expression: query.change }, query.goOn);
    }
    case 'whatIfSource': {
      const edits = [{ path: await findSource(session, query.file), text: readChanged(query.changed) }];
      return whatIf(session, { kind: 'source', edits }, query.goOn);
    }
  }
}

/** Files that a message names. */
const MOST_FILES = 20;

interface Stack {
  point: string;
  time?: number;
  stack: ShownFrame[];
}

async function describe(session: ReplaySession, point: number): Promise<Stack> {
  const { frames } = await session.arriveAt(point);
  return { point: String(point), time: timeAt(session.index.times, point), stack: shownFrames(frames) };
}

async function stackAt(session: ReplaySession, point: number): Promise<Answer> {
  const answer = await describe(session, point);
  return { answer, lines: [`point ${point} of ${session.end.point}`, ...stackLines(answer.stack)], found: true };
}

async function valueAt(session: ReplaySession, point: number, text: string): Promise<Answer> {
  const expression = checkExpression(text);
  const { value, error } = await session.evaluate(point, 0, expression);
  if (error !== undefined) return { answer: { point: String(point), error }, lines: [error], found: false };
  return { answer: { point: String(point), value }, lines: [value], found: true };
}

async function allVisits(
  session: ReplaySession,
  place: string,
  text: string,
  { from, to }: PointRange,
): Promise<Answer> {
  const match = /^(.+?):(\d+)(?::(\d+))?$/.exec(place);
  if (!match) throw new ApexError('wrong-use', `"${place}" is no place; write FILE:LINE, for example src/cart.ts:31.`);
  const [, file, line, column] = match;
  const path = await findSource(session, file!);
  const expressions = [checkExpression(text)];
  const [facts] = await session.visits([
    { path, line: Number(line) - 1, column: (column && Number(column) - 1) || undefined, expressions },
  ]);
  const hits = facts!.points.flatMap((point, index) => {
    if (point < from || point > to) return [];
    const time = timeAt(session.index.times, point);
    return [{ point: String(point), time, value: facts!.values.at(index)[0]! }];
  });
  return { answer: hits, lines: hits.map(({ point, value }) => `${point}\t${value}`), found: hits.length > 0 };
}

/** The files that are most likely meant: those of packages come last, and not all are told. */
function ownFiles({ index }: ReplaySession): string {
  const paths = index.scripts.map(({ path }) => path);
  const isOwn = (path: string) => !path.includes('node_modules');
  const shown = [...paths.filter(isOwn), ...paths.filter((path) => !isOwn(path))].slice(0, MOST_FILES);
  const more = paths.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** @throws ApexError `no-such-source` */
async function findSource(session: ReplaySession, file: string): Promise<string> {
  const path = (await session.findSource(resolve(file))) ?? (await session.findSource(file));
  if (path) return path;
  throw new ApexError(
    'no-such-source',
    `${file} was not loaded in the recording.`,
    `Loaded were: ${ownFiles(session)}.`,
  );
}

async function lastWrite(session: ReplaySession, point: number, expression: string): Promise<Answer> {
  const { writes } = await session.writes.of(point, 0, expression);
  const last = neighbour(
    writes.map((write) => write.point),
    point,
    -1,
  );
  if (last === undefined)
    return { answer: null, lines: [`Nothing wrote ${expression} before point ${point}.`], found: false };
  const before = writes.find((write) => write.point === last)?.before;
  const where = await describe(session, last);
  const [frame] = where.stack;
  const place = frame ? `${frame.file}:${frame.line}:${frame.column}` : '';
  return {
    answer: { ...where, before },
    lines: [
      `point ${last}\t${place}${frame?.function ? ` in ${frame.function}` : ''}`,
      ...(before === undefined ? [] : [`before: ${before}`]),
    ],
    found: true,
  };
}
