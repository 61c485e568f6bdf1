import { ApexError } from '../protocol/errors.ts';

const COMPARE: Record<string, (visit: number, limit: number) => boolean> = {
  '': (visit, limit) => visit >= limit,
  '=': (visit, limit) => visit === limit,
  '==': (visit, limit) => visit === limit,
  '===': (visit, limit) => visit === limit,
  '>': (visit, limit) => visit > limit,
  '>=': (visit, limit) => visit >= limit,
  '<': (visit, limit) => visit < limit,
  '<=': (visit, limit) => visit <= limit,
  '%': (visit, limit) => visit % limit === 0,
};

/**
 * Which visits of a breakpoint count: `5` (the fifth and later), `== 5`, `> 5`, `% 3` (every third).
 * Visits are counted from 1 and from the start of the recording.
 * @throws ApexError `wrong-hit-condition`
 */
export function parseHitCondition(text: string): (visit: number) => boolean {
  const match = /^\s*([<>=%]{0,3})\s*(\d+)\s*$/.exec(text);
  const compare = match && Object.hasOwn(COMPARE, match[1]!) ? COMPARE[match[1]!] : undefined;
  if (!match || !compare) {
    throw new ApexError('wrong-hit-condition', `"${text}" is no hit count; write for example 5, == 5, > 5 or % 3.`);
  }
  const limit = Number(match[2]);
  return (visit) => compare(visit, limit);
}
