import { type Attack, findAttacks } from './ambiguity.ts';
import { buildAutomaton } from './automaton.ts';
import { countSteps } from './backtrack.ts';
import { PatternError, parsePattern } from './parsePattern.ts';
import { positionsOf } from './positions.ts';

export interface Catastrophe extends Attack {
  suffix: string;
}

const known = new Map<string, Catastrophe | null>();
const suffixes = ['\u0000', '', '!', '\n', 'a', ' ', '0', '>'];
const MAX_SOURCE = 2000;

/**
 * A text on which the pattern backtracks catastrophically, proved by counting the steps of a backtracking engine; null
 * when there is none, or the pattern is too large.
 */
export function analyzePattern(source: string, flags: string): Catastrophe | null {
  const key = `${flags}/${source}`;
  let result = known.get(key);
  if (result === undefined) {
    result = source.length > MAX_SOURCE || !/[*+{]/.test(source) ? null : analyze(source, flags);
    if (known.size > 5000) known.clear();
    known.set(key, result);
  }
  return result;
}

function analyze(source: string, flags: string): Catastrophe | null {
  try {
    const automaton = buildAutomaton(parsePattern(source, flags));
    const positions = positionsOf(automaton);
    if (!positions) return null;
    const multiline = flags.includes('m');
    for (const attack of findAttacks(positions)) {
      // A character in front keeps an anchored alternative from matching at once.
      for (const prefix of positions.skip < 0 ? [attack.prefix] : [attack.prefix, `\u0001${attack.prefix}`]) {
        for (const suffix of suffixes) {
          const steps = (count: number, limit: number): number =>
            countSteps(automaton, prefix + attack.pump.repeat(count) + suffix, multiline, limit);
          if (proved(attack, steps)) return { ...attack, prefix, suffix };
        }
      }
    }
  } catch (error) {
    if (!(error instanceof PatternError || error instanceof RangeError)) throw error;
  }
  return null;
}

function proved(attack: Attack, steps: (count: number, limit: number) => number): boolean {
  if (attack.degree === 'exponential') {
    const limit = 60_000;
    return steps(30, limit) >= limit && steps(40, 2 * limit) >= 2 * limit && steps(1, limit) < limit / 4;
  }
  const limit = 400_000;
  const once = steps(40, limit);
  const twice = steps(80, limit);
  return twice >= limit || (twice > 1000 && twice > once * 3);
}
