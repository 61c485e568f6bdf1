import type { GuestError } from '../bridge/messages.ts';

type SwapOutcome = { error: GuestError } | { removed: string[]; problems: string[] };

/** The guest's runtime names what was removed and failed: as much of it as a message may hold. */
export function withinBounds(outcome: SwapOutcome): SwapOutcome {
  if ('error' in outcome) return outcome;
  const texts = (list: unknown, most: number, length: number) =>
    (Array.isArray(list) ? list : []).slice(0, most).map((text) => String(text).slice(0, length));
  return { removed: texts(outcome.removed, 10_000, 4096), problems: texts(outcome.problems, 1000, 20_000) };
}
