import type { Automaton } from './automaton.ts';
import { contains, wordUnits } from './charSet.ts';

/**
 * Counts the steps a backtracking engine takes on a text, trying every start as `RegExp.prototype.exec` does. Gives the
 * count, or `limit` when it is reached. It proves a witness: no pattern is reported on theory alone.
 */
export function countSteps(automaton: Automaton, text: string, multiline: boolean, limit: number): number {
  const { states } = automaton;
  let steps = 0;

  interface Choice {
    state: number;
    at: number;
    loops: ReadonlyMap<number, number>;
  }
  const isWord = (index: number): boolean =>
    index >= 0 && index < text.length && contains(wordUnits, text.charCodeAt(index));

  const holds = (what: 'start' | 'end' | 'boundary', at: number): boolean => {
    if (what === 'boundary') return isWord(at - 1) !== isWord(at);
    if (what === 'start') return at === 0 || (multiline && text[at - 1] === '\n');
    return at === text.length || (multiline && text[at] === '\n');
  };

  const matches = (start: number, from: number): boolean => {
    const choices: Choice[] = [{ state: start, at: from, loops: new Map() }];
    while (choices.length > 0) {
      let { state, at, loops } = choices.pop()!;
      for (;;) {
        if (++steps >= limit) return true;
        const current = states[state]!;
        if (current.kind === 'accept') return true;
        if (current.kind === 'chars') {
          if (at >= text.length || !contains(current.set, text.charCodeAt(at))) break;
          at++;
          state = current.next;
        } else if (current.kind === 'assert') {
          if (!holds(current.what, at)) break;
          state = current.next;
        } else if (current.kind === 'look') {
          if (matches(current.start, at) === current.negative) break;
          if (steps >= limit) return true;
          state = current.next;
        } else {
          // A loop that took nothing in its last round is not entered again.
          if (current.loop) {
            if (loops.get(state) === at) break;
            // Loops inside it (they have higher numbers) start afresh.
            const outer = [...loops].filter(([loop]) => loop < state);
            loops = new Map(outer).set(state, at);
          }
          for (let index = current.next.length - 1; index > 0; index--) {
            choices.push({ state: current.next[index]!, at, loops });
          }
          state = current.next[0]!;
        }
      }
    }
    return false;
  };

  for (let from = 0; from <= text.length; from++) if (matches(automaton.start, from)) break;
  return Math.min(steps, limit);
}
