import type { ValueTrack } from '../../protocol/timeline.ts';
import { type Colors, sized } from './drawTimeline.ts';
import type { Axis, Range } from './timelineRows.ts';
import { trackRow } from './trackRow.ts';
import { type DrawnTrack, drawTrack, layOut, TRACK, valueAt, withTrack } from './valueTracks.ts';

interface Host {
  /** Something is to be shown anew. */
  changed(): void;
  travel(point: number): void;
  /** What was found so far of this one is enough. */
  stop(name: string): void;
  /** Somebody took this one away. */
  removed(name: string): void;
  /** The place on the axis that is drawn under the pointer. */
  positionAt(event: MouseEvent): number;
}

/** Values over time below the lanes: one canvas for each variable or property. */
export class TracksPane {
  readonly #host: Host;
  #tracks: ValueTrack[] = [];
  #drawn: DrawnTrack[] = [];
  /** What `#drawn` was made for. */
  #laidOut: { tracks: ValueTrack[]; axis: Axis; start: number } | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  add(track: ValueTrack): void {
    this.#show(withTrack(this.#tracks, track));
  }

  remove(name: string): void {
    this.#show(this.#tracks.filter((one) => one.name !== name));
  }

  clear(): void {
    this.#show([]);
  }

  rows() {
    return this.#tracks.map((track, index) =>
      trackRow(track, (event) => this.#writeAt(index, event), {
        travel: (point) => this.#host.travel(point),
        stop: () => this.#host.stop(track.name),
        remove: () => {
          this.remove(track.name);
          this.#host.removed(track.name);
        },
      }),
    );
  }

  /** Draws into the canvases of `rows`. `start`: the time of what was written before the clock was first read. */
  draw(
    canvases: Iterable<HTMLCanvasElement>,
    scene: { axis: Axis; start: number; view: Range; width: number; now: number; font: string; colors: Colors },
  ): void {
    this.#layOut(scene.axis, scene.start);
    let index = 0;
    for (const canvas of canvases) {
      const track = this.#drawn[index++];
      if (!track) return;
      const target = sized(canvas, scene.width, TRACK);
      target.font = scene.font;
      drawTrack(target, track, scene);
    }
  }

  #writeAt(index: number, event: MouseEvent): ValueTrack['values'][number] | undefined {
    const drawn = this.#drawn[index];
    return drawn && valueAt(drawn, this.#host.positionAt(event));
  }

  #layOut(axis: Axis, start: number): void {
    const tracks = this.#tracks;
    const known = this.#laidOut;
    if (known?.tracks === tracks && known.axis === axis && known.start === start) return;
    this.#drawn = tracks.map((track) => layOut(track, axis, start));
    this.#laidOut = { tracks, axis, start };
  }

  #show(tracks: ValueTrack[]): void {
    this.#tracks = tracks;
    this.#host.changed();
  }
}
