/** Replay: the recorded clocks, as milliseconds since the process began, each time that one of them is learnt. */
let latest = 0;
let wallOffset: number | undefined;
let listener: (milliseconds: number) => void = () => {};

export function listenToTime(listen: (milliseconds: number) => void): void {
  listener = listen;
}

/** A clock that began with the process: the event loop's, or `performance.now`. */
export function learnTime(milliseconds: number): void {
  if (milliseconds < latest) return;
  latest = milliseconds;
  listener(milliseconds);
}

/** The wall clock, which may be set back: only its progress counts. */
export function learnWallTime(milliseconds: number): void {
  wallOffset ??= milliseconds - latest;
  learnTime(milliseconds - wallOffset);
}
