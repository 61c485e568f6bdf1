import { basename, resolve } from 'node:path';
import { ApexError } from '../protocol/errors.ts';
import { howEnded } from '../protocol/recordings.ts';
import { recordingsFolder } from '../runtime/recordingsFolder.ts';
import { readMetadata } from '../time-travel/recording/metadata.ts';
import { readNotes } from '../time-travel/recording/notes.ts';
import { findRecording } from '../time-travel/recording/placeOnShelf.ts';
import { listShelf } from '../time-travel/recording/shelf.ts';
import { callTree } from '../time-travel/replay/engine/callTree.ts';
import { callsAnswer, profileAnswer } from '../time-travel/replay/engine/costAnswers.ts';
import { checkExpression } from '../time-travel/replay/engine/expressions.ts';
import { neighbour, timeAt } from '../time-travel/replay/engine/facts.ts';
import { parsePoint, parseRange } from '../time-travel/replay/engine/pointText.ts';
import { profile } from '../time-travel/replay/engine/profile.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';

interface Window {
  offset?: number;
  limit?: number;
}

/** A part of a list, and whether there is more. */
function part<T>(all: readonly T[], { offset = 0, limit = 100 }: Window) {
  const results = all.slice(offset, offset + limit);
  const next = offset + results.length;
  return { total: all.length, results, ...(next < all.length && { next_offset: next }) };
}

export function listRecordings({ folder = recordingsFolder() }: { folder?: string }) {
  const recordings = listShelf(folder).map(({ path, metadata, notes, bytes, problem }) => ({
    name: basename(path),
    path,
    ...(notes.title && { title: notes.title }),
    ...(metadata && {
      command: metadata.command.join(' '),
      started: metadata.started,
      ended: howEnded(metadata.ended),
      durationMs: metadata.ended?.durationMs,
    }),
    bytes,
    ...(problem && { problem }),
  }));
  return { folder, ...part(recordings, {}) };
}

export async function recordingSummary(session: ReplaySession, recording: string) {
  const folder = findRecording(recordingsFolder(), recording);
  const { command, cwd, node, started, ended } = readMetadata(folder);
  const { index, end } = session;
  const counts: Record<string, number> = {};
  for (const { kind } of await session.events()) counts[kind] = (counts[kind] ?? 0) + 1;
  const exceptions = await session.exceptions();
  return {
    path: folder,
    notes: readNotes(folder),
    command: command.join(' '),
    cwd,
    node,
    started,
    ended: howEnded(ended),
    durationMs: ended?.durationMs,
    last_point: String(end.point),
    ...(end.divergence && { replay_stops_because: end.divergence }),
    events: { ...counts, exception: exceptions.length },
    uncaught: exceptions
      .filter(({ uncaught }) => uncaught)
      .slice(-10)
      .map(({ point, description }) => ({ point: String(point), error: description })),
    files: part(
      index.scripts.filter(({ stops }) => stops > 0).map(({ path }) => path),
      {},
    ),
  };
}

export function output(
  { index }: ReplaySession,
  { stream, search, ...window }: { stream?: 'stdout' | 'stderr'; search?: string } & Window,
) {
  const pieces = index.outputs
    .map(({ point, fd, text }) => ({ point: String(point), stream: fd === 2 ? 'stderr' : 'stdout', text }))
    .filter((piece) => (!stream || piece.stream === stream) && (!search || piece.text.includes(search)));
  return part(pieces, window);
}

export async function events(
  session: ReplaySession,
  { kind, search, from, to, ...window }: { kind?: string; search?: string; from?: string; to?: string } & Window,
) {
  const first = from === undefined ? 0 : parsePoint(session, from);
  const last = to === undefined ? Number.POSITIVE_INFINITY : parsePoint(session, to);
  const happened = (await session.events()).map((event) => ({ ...event, kind: event.kind as string }));
  for (const { point, description, uncaught } of await session.exceptions()) {
    const text = `${uncaught ? 'uncaught ' : ''}${description}`;
    happened.push({ kind: 'exception', point, time: timeAt(session.index.times, point) ?? 0, text });
  }
  const rows = happened
    .filter((event) => (!kind || event.kind === kind) && (!search || event.text.includes(search)))
    .filter(({ point }) => point >= first && point <= last)
    .sort((a, b) => a.point - b.point)
    .map(({ kind: what, point, time, text, end }) => ({
      point: String(point),
      kind: what,
      text,
      ms: round(time),
      ...(end && { until: { point: String(end.point), ms: round(end.time) } }),
    }));
  return part(rows, window);
}

export async function stackAt(session: ReplaySession, text: string) {
  const point = parsePoint(session, text);
  const { frames } = await session.arriveAt(point);
  const own = frames.filter(({ program }) => program);
  const time = timeAt(session.index.times, point);
  return {
    point: String(point),
    ...(time !== undefined && { ms: round(time) }),
    stack: own.slice(0, 100).map((place, frame) => {
      const { path, line, column } = place.original ?? place;
      const name = place.original?.name || place.name || '(anonymous)';
      return { frame, function: name, file: path, line: line + 1, column: column + 1 };
    }),
    ...(own.length > 100 && { deeper: own.length - 100 }),
  };
}

export async function evaluateAt(session: ReplaySession, text: string, expression: string, frame = 0) {
  const point = parsePoint(session, text);
  const { value, error } = await session.evaluate(point, frame, checkExpression(expression));
  return { point: String(point), ...(error === undefined ? { value } : { threw: error }) };
}

export async function hits(
  session: ReplaySession,
  question: { file: string; line: number; expressions?: string[]; condition?: string } & Window,
) {
  const { file, line, expressions = [], condition, ...window } = question;
  const path = (await session.findSource(resolve(file))) ?? (await session.findSource(file));
  if (!path) {
    throw new ApexError(
      'no-such-source',
      `${file} was not loaded in the recording.`,
      'recording_summary lists the files that were.',
    );
  }
  const [facts] = await session.visits([
    {
      path,
      line: line - 1,
      expressions: expressions.map(checkExpression),
      condition: condition === undefined ? undefined : checkExpression(condition),
    },
  ]);
  const { resolved, points, values } = facts!;
  if (!resolved) throw new ApexError('no-statement', `${file} has no statement from line ${line} on.`);
  const rows = points.map((point, index) => ({
    point: String(point),
    ...(expressions.length > 0 && { values: values.at(index) }),
  }));
  return { file: path, line: resolved.line + 1, ...part(rows, window) };
}

export async function lastWrite(session: ReplaySession, text: string, expression: string, frame = 0) {
  const point = parsePoint(session, text);
  const { writes } = await session.writes.of(point, frame, expression);
  const points = writes.map((write) => write.point);
  const last = neighbour(points, point, -1);
  if (last === undefined) return { found: false, message: `Nothing wrote ${expression} before point ${point}.` };
  const before = writes.find((write) => write.point === last)?.before;
  return {
    found: true,
    ...(await stackAt(session, String(last))),
    ...(before !== undefined && { value_before: before }),
    earlier_writes: points.filter((one) => one < last).length,
  };
}

/** The functions of a part with what they cost, the most expensive first. */
export async function functionCosts(
  session: ReplaySession,
  { from, to, ...window }: { from?: string; to?: string } & Window,
) {
  const range = parseRange(session, from, to);
  const { functions, ...whole } = profileAnswer(await profile(session, range), range);
  return { ...whole, ...part(functions, window) };
}

/** What called what in a part, depth first; without what has less than `share` of all statements. */
export async function calledTree(
  session: ReplaySession,
  { from, to, share = 0.01, ...window }: { from?: string; to?: string; share?: number } & Window,
) {
  const range = parseRange(session, from, to);
  const { nodes, ...whole } = callsAnswer(await callTree(session, range), range);
  const shown = nodes.filter(({ total }) => total >= whole.statements * share);
  return { ...whole, ...part(shown, window) };
}

const round = (milliseconds: number) => Math.round(milliseconds * 1000) / 1000;
