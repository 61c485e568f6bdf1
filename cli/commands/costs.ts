import { callTree, type PointRange } from '../../time-travel/replay/engine/callTree.ts';
import { callsAnswer, profileAnswer, type ShownNode } from '../../time-travel/replay/engine/costAnswers.ts';
import { profile } from '../../time-travel/replay/engine/profile.ts';
import type { ReplaySession } from '../../time-travel/replay/engine/replaySession.ts';
import type { Answer } from './answer.ts';

/** Less than this share of all statements is left out of what people read; `--json` has everything. */
const LEAST_SHARE = 0.001;
const MOST_FUNCTIONS = 40;

/** Time per function in a range. */
export async function functionCosts(session: ReplaySession, range: PointRange): Promise<Answer> {
  const answer = profileAnswer(await profile(session, range), range);
  const { functions, ms, outsideMs, samples, statements } = answer;
  const shown = functions.slice(0, MOST_FUNCTIONS);
  const row = (cells: (string | number)[]) =>
    cells.map((cell, index) => (index < 4 ? String(cell).padStart(index < 2 ? 10 : 12) : `  ${cell}`)).join('');
  return {
    answer,
    lines: [
      `points ${answer.from} to ${answer.to}: ${count(statements)} statements, ${ms.toFixed(1)} ms of processor time in the program, ${outsideMs.toFixed(1)} ms in Node around it (${samples} samples)`,
      row(['self ms', 'total ms', 'calls', 'statements', 'function']),
      ...shown.map(({ selfMs, totalMs, calls, self, name, file, line, longest }) =>
        row([
          selfMs.toFixed(2),
          totalMs.toFixed(2),
          count(calls),
          count(self),
          `${name}  ${file}:${line}  longest call: point ${longest.point}`,
        ]),
      ),
      ...(functions.length > shown.length ? [`… and ${functions.length - shown.length} more (--json has all)`] : []),
    ],
    found: functions.length > 0,
  };
}

/** What called what in a range, with counts of calls and statements. */
export async function calledTree(session: ReplaySession, range: PointRange): Promise<Answer> {
  const answer = callsAnswer(await callTree(session, range), range);
  const { nodes, statements, folded } = answer;
  const depths: number[] = [];
  const lines: string[] = [];
  for (const node of nodes) {
    const depth = node.parent === undefined ? 0 : depths[node.parent]! + 1;
    depths.push(depth);
    if (node.total >= statements * LEAST_SHARE) lines.push(nodeLine(node, depth, statements));
  }
  const left = nodes.length - lines.length;
  return {
    answer,
    lines: [
      `points ${answer.from} to ${answer.to}: ${count(statements)} statements`,
      ...lines,
      ...(left > 0 ? [`… and ${left} below ${LEAST_SHARE * 100}% (--json has all)`] : []),
      ...(folded ? [`${count(folded)} calls are folded: there were too many paths.`] : []),
    ],
    found: nodes.length > 0,
  };
}

function nodeLine(
  { name, file, line, calls, self, total, first, recursive, folded }: ShownNode,
  depth: number,
  all: number,
): string {
  const share = `${((total / all) * 100).toFixed(1)}%`.padStart(7);
  const own = folded ? '' : ` (${count(self)} own)`;
  const costs = `${count(calls)} ${calls === 1 ? 'call' : 'calls'}, ${count(total)} statements${own}`;
  return `${share}  ${'  '.repeat(depth)}${name}${recursive ? ' (recursive)' : ''}  ${costs}  first: point ${first}  ${file}:${line}`;
}

const count = (value: number) => value.toLocaleString('en-US');
