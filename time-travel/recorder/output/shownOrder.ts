/**
 * Replay: output is shown in the order in which the program asked for it. How much of an asynchronous write was taken is known
 * when it completes; what the program printed meanwhile waits behind it, because a thread of the pool wrote it at once.
 */

type Show = (fd: 1 | 2, bytes: Uint8Array) => void;

/** A place in the order: a write that is under way, or what waits behind one. */
export interface Place {
  fd: 1 | 2;
  chunks: Uint8Array[];
  /** What the write is to write if the program ends before it completes: Node waits for its threads. Undefined: it is complete. */
  whole: ((add: Show) => void) | undefined;
}

let places: Place[] = [];

/** Shows `bytes`, at once unless a write is under way. */
export function showInOrder(show: Show, fd: 1 | 2, bytes: Uint8Array): void {
  if (places.length === 0) show(fd, bytes);
  else places[places.length] = { fd, chunks: [new Uint8Array(bytes)], whole: undefined };
}

export function holdPlace(fd: 1 | 2, whole: (add: Show) => void): Place {
  const place: Place = { fd, chunks: [], whole };
  places[places.length] = place;
  return place;
}

export function addTo(place: Place): Show {
  return (_fd, bytes) => {
    place.chunks[place.chunks.length] = new Uint8Array(bytes);
  };
}

/** The write is complete: shows what is not behind another one that is under way. */
export function release(place: Place, show: Show): void {
  place.whole = undefined;
  let complete = 0;
  while (complete < places.length && places[complete]!.whole === undefined) complete++;
  const ready = places;
  const left: Place[] = [];
  for (let i = complete; i < ready.length; i++) left[left.length] = ready[i]!;
  places = left;
  for (let i = 0; i < complete; i++) showChunks(ready[i]!, show);
}

/** The program ends: shows everything, the writes that are under way too. */
export function releaseAll(show: Show): void {
  const ready = places;
  places = [];
  for (let i = 0; i < ready.length; i++) {
    const place = ready[i]!;
    place.whole?.(addTo(place));
    showChunks(place, show);
  }
}

function showChunks(place: Place, show: Show): void {
  for (let i = 0; i < place.chunks.length; i++) show(place.fd, place.chunks[i]!);
}
