/** What functions of the program gave to an addon during a call into it: the addon may hand the very same thing on. */
let current: unknown[] | undefined;

/** Begins a call into an addon; gives what `leave` takes. */
export function enterAddon(): unknown[] | undefined {
  const outer = current;
  current = [];
  return outer;
}

/** Ends it; gives the results, in their order. */
export function leaveAddon(outer: unknown[] | undefined): unknown[] {
  const results = current!;
  current = outer;
  return results;
}

export function noteResult(result: unknown): void {
  if (current) current[current.length] = result;
}
