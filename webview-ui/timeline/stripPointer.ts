import type { TimelineEvent } from '../../protocol/timeline.ts';
import { RULER } from './drawTimeline.ts';
import type { Range } from './timelineRows.ts';

/** A click moves less than this many pixels. */
const STILL = 4;

interface Strip {
  view(): Range;
  /** The position on the axis at a pixel; of an earlier view when one is given. */
  positionAt(x: number, view?: Range): number;
  eventAt(event: PointerEvent): TimelineEvent | undefined;
  /** Shows this part, or the nearest that lies within the whole. */
  show(view: Range): void;
  zoom(factor: number, around: number): void;
  /** A part is being brushed; at last it has been. */
  brush(part: Range): void;
  brushed(): void;
  choose(event: TimelineEvent): void;
}

/** The mouse on the strip: a click chooses, dragging moves, dragging in the ruler or with Shift brushes, the wheel zooms. */
export class StripPointer {
  readonly #strip: Strip;
  #drag: { x: number; position: number; brush: boolean; view: Range } | undefined;

  constructor(strip: Strip) {
    this.#strip = strip;
  }

  get drags(): boolean {
    return this.#drag !== undefined;
  }

  down(event: PointerEvent): void {
    const brush = event.offsetY < RULER || event.shiftKey;
    (event.target as Element).setPointerCapture(event.pointerId);
    const { offsetX: x } = event;
    this.#drag = { x, position: this.#strip.positionAt(x), brush, view: this.#strip.view() };
  }

  move(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag) return this.#hover(event);
    if (Math.abs(event.offsetX - drag.x) < STILL) return;
    if (drag.brush) {
      const here = this.#strip.positionAt(event.offsetX);
      this.#strip.brush({ from: Math.min(drag.position, here), to: Math.max(drag.position, here) });
    } else this.#moveBy(drag.view, drag.position - this.#strip.positionAt(event.offsetX, drag.view));
  }

  up(event: PointerEvent): void {
    const drag = this.#drag;
    this.#drag = undefined;
    if (!drag) return;
    if (Math.abs(event.offsetX - drag.x) >= STILL) {
      if (drag.brush) this.#strip.brushed();
      return;
    }
    const chosen = this.#strip.eventAt(event);
    if (chosen) this.#strip.choose(chosen);
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    const view = this.#strip.view();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.#moveBy(view, ((event.deltaX || event.deltaY) / 1000) * (view.to - view.from));
    } else this.#strip.zoom(1.002 ** -event.deltaY, this.#strip.positionAt(event.offsetX));
  }

  #moveBy(view: Range, by: number): void {
    this.#strip.show({ from: view.from + by, to: view.to + by });
  }

  #hover(event: PointerEvent): void {
    const under = this.#strip.eventAt(event);
    const canvas = event.target as HTMLElement;
    canvas.style.cursor = under ? 'pointer' : 'default';
    canvas.title = under ? under[3] : '';
  }
}
