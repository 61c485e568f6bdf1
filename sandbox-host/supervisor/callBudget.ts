/** Operations that hold much for long: contents of files and stores, answers of servers, output of programs. */
const HEAVY: ReadonlySet<string> = new Set([
  ...['fs.readFile', 'fs.writeFile', 'fs.readdir', 'net.fetch', 'process.run'],
  ...['kv.get', 'kv.keys'],
]);
const HEAVY_AT_ONCE = 4;
/** Characters of calls that the host holds for one sandbox. The largest single call has some 45 million. */
const MOST_WAITING = 64 << 20;

/** What the calls of one sandbox may take of the host's memory at one time: contents count here, not in the guest. */
export class CallBudget {
  #waiting = 0;
  #busy = 0;
  readonly #queue: (() => void)[] = [];

  /** Resolves when the call may be performed; false when too much waits already. */
  async begin(operation: string, length: number): Promise<boolean> {
    if (this.#waiting > 0 && this.#waiting + length > MOST_WAITING) return false;
    this.#waiting += length;
    if (!HEAVY.has(operation)) return true;
    if (this.#busy >= HEAVY_AT_ONCE) await new Promise<void>((go) => this.#queue.push(go));
    else this.#busy++;
    return true;
  }

  /** @param taken resolves when the other side has taken the answer */
  async end(operation: string, length: number, taken: () => Promise<void>): Promise<void> {
    this.#waiting -= length;
    if (!HEAVY.has(operation)) return;
    await taken();
    const next = this.#queue.shift();
    if (next) next();
    else this.#busy--;
  }
}
