/** Median and 95th percentile, in milliseconds. */
export type Percentiles = [p50: number, p95: number];

/** Median and 95th percentile of `times` runs, in milliseconds. */
export async function measure(times: number, action: () => Promise<unknown> | unknown): Promise<Percentiles> {
  const taken: number[] = [];
  for (let at = 0; at < times; at++) {
    const started = performance.now();
    await action();
    taken.push(performance.now() - started);
  }
  taken.sort((a, b) => a - b);
  return [taken[Math.floor(times / 2)]!, taken[Math.floor(times * 0.95)]!];
}

export function print(what: string, [p50, p95]: Percentiles): void {
  console.log(`${what.padEnd(58)} p50 ${p50.toFixed(3)} ms, p95 ${p95.toFixed(3)} ms`);
}
