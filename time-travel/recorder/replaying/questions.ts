/**
 * Replay: what the engine asks about a moment may run code of the program, outside of time. The log must not move
 * meanwhile: calls into native code are refused, and clocks stand still.
 */
let standing = false;

export const standingStill = (): boolean => standing;

export function standStill(active: boolean): void {
  standing = active;
}

/** @throws always: what would reach outside is named. */
export function refuseCrossing(name: string): never {
  throw new Error(`${name} reaches outside the program, which a question about the past cannot do.`);
}
