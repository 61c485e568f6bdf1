/** Replay: tells who wants to know what crosses the boundary, in its order. Nobody listens unless a question needs it. */
export interface CrossingListener {
  /** A call into native code has been answered. */
  call(name: string, args: readonly unknown[], self: unknown): void;
  /** Native code is about to call: what the call before it set off has run, with its ticks and microtasks. */
  event(): void;
  /** The event loop is about to run due timers or immediates. */
  turn(kind: 'timers' | 'immediates'): void;
}

let listener: CrossingListener | undefined;

export function listenToCrossings(listen: CrossingListener): void {
  listener = listen;
}

export function crossedCall(name: string, args: readonly unknown[], self: unknown): void {
  listener?.call(name, args, self);
}

export function crossedEvent(): void {
  listener?.event();
}

export function crossedTurn(kind: 'timers' | 'immediates'): void {
  listener?.turn(kind);
}
