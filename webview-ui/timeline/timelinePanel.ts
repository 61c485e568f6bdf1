import { html, LitElement, nothing } from 'lit';
import {
  type FromTimeline,
  LANES,
  type TimelineEvent,
  type TimelinePart,
  type ToTimeline,
  type ValueTrack,
} from '../../protocol/timeline.ts';
import { lengthText } from './axisText.ts';
import { type Colors, drawTimeline, NAMES, ROW, RULER, sized, themeColors } from './drawTimeline.ts';
import { eventList } from './eventList.ts';
import { type Axis, buildRows, moved, nearest, positionOf, type Range, type Row, zoomed } from './timelineRows.ts';
import { timelineStyle } from './timelineStyle.ts';
import { trackRow } from './trackRow.ts';
import { type DrawnTrack, drawTrack, layOut, TRACK, valueAt, withTrack } from './valueTracks.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromTimeline): void };

/** A click moves less than this many pixels. */
const STILL = 4;

/** Everything that happened in a recording on one strip: zoom, search, focus on a part, and travel by a click or Enter. */
export class TimelinePanel extends LitElement {
  static override styles = timelineStyle;
  static override properties = {
    message: { state: true },
    axis: { state: true },
    search: { state: true },
    listed: { state: true },
    selected: { state: true },
    focused: { state: true },
    version: { state: true },
    tracks: { state: true },
  };

  declare message: string;
  declare axis: Axis;
  declare search: string;
  /** The list instead of the strip. */
  declare listed: boolean;
  declare selected: TimelineEvent | undefined;
  /** The part that list, search and arrow keys keep to. */
  declare focused: Range | undefined;
  /** Counts arrivals of data. */
  declare version: number;
  declare tracks: ValueTrack[];
  readonly #host = acquireVsCodeApi();
  #events: TimelineEvent[] = [];
  #part: TimelinePart | undefined;
  #rows: Row[] = [];
  /** All events of the rows in order, once somebody asks. */
  #ordered: TimelineEvent[] | undefined;
  #drawnTracks: DrawnTrack[] = [];
  #view: Range | undefined;
  #colors: Colors | undefined;
  #drag: { x: number; position: number; brush: boolean; view: Range } | undefined;
  #frame = 0;

  constructor() {
    super();
    this.message = '';
    this.axis = 'time';
    this.search = '';
    this.listed = false;
    this.version = 0;
    this.tracks = [];
    window.addEventListener('message', ({ data }: MessageEvent<ToTimeline>) => this.#receive(data));
    new ResizeObserver(() => this.#draw()).observe(this);
    // The theme changes by attributes of the page.
    new MutationObserver(() => {
      this.#colors = undefined;
      this.#draw();
    }).observe(document.body, { attributes: true });
    this.#host.postMessage({ type: 'ready' });
  }

  override render() {
    if (!this.#part) return html`<div class="message" role="status">${this.message}</div>`;
    return html`
      <header>
        <input
          type="search"
          placeholder="Search"
          aria-label="Search in the timeline"
          .value=${this.search}
          @input=${(event: InputEvent) => {
            this.search = (event.target as HTMLInputElement).value;
          }}
        />
        <button
          aria-pressed=${this.axis === 'steps'}
          title="Lay out by steps instead of time"
          @click=${() => this.#turnAxis()}
        >
          Steps
        </button>
        <button
          aria-pressed=${this.listed}
          title="Show as a list"
          @click=${() => {
            this.listed = !this.listed;
          }}
        >
          List
        </button>
        <button title="Show the whole recording (0)" @click=${() => this.#fit()}>Fit</button>
        ${
          this.focused
            ? html`<button title="Leave the focused part (Escape)" @click=${() => this.#unfocus()}>Unfocus</button>`
            : nothing
        }
        <span class="said" role="status">${this.#said()}</span>
      </header>
      ${this.listed ? this.#list() : this.#strip()}
    `;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!this.#part) return;
    if (['version', 'axis', 'search'].some((name) => changed.has(name))) {
      const all = [...this.#events, ...this.#part.hits];
      this.#rows = buildRows(all, this.axis, this.search);
      this.#ordered = undefined;
    }
    if (['version', 'axis', 'tracks'].some((name) => changed.has(name))) {
      this.#drawnTracks = this.tracks.map((track) => layOut(track, this.axis, this.#part!.start));
    }
    this.#view ??= this.#whole;
  }

  override updated(): void {
    this.#draw();
    if (this.listed) this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  get #whole(): Range {
    const { start, end } = this.#part!;
    const from = this.axis === 'time' ? start : 0;
    const to = Math.max(from + 1e-3, this.axis === 'time' ? end.time : end.point);
    const margin = (to - from) * 0.01;
    return { from: from - margin, to: to + margin };
  }

  get #least(): number {
    return this.axis === 'time' ? 0.002 : 5;
  }

  #receive(message: ToTimeline): void {
    if (message.type === 'values') {
      this.tracks = withTrack(this.tracks, message.track);
      return;
    }
    if (message.type === 'clear') {
      this.message = message.message;
      this.tracks = [];
      this.#part = undefined;
      this.#events = [];
      this.#view = undefined;
      this.selected = undefined;
      this.focused = undefined;
    } else {
      const { part } = message;
      const fresh = !this.#part || part.total > 0;
      // Only the present moment was told: what does not change stays.
      this.#part = fresh ? part : { ...this.#part!, now: part.now, hits: part.hits };
      this.#events.push(...part.events);
      this.#showNow();
    }
    this.version++;
  }

  /** The present moment never leaves the view. */
  #showNow(): void {
    const view = this.#view;
    const now = this.#now;
    if (view && (now < view.from || now > view.to)) {
      this.#view = moved(view, now - (view.from + view.to) / 2, this.#whole);
    }
  }

  get #now(): number {
    const { now } = this.#part!;
    return this.axis === 'time' ? now.time : now.point;
  }

  #said(): string {
    const { now, start } = this.#part!;
    const chosen = this.selected;
    const here = `now at step ${now.point.toLocaleString('en-US')}, ${lengthText(now.time - start)}`;
    if (!chosen) return here;
    const lasted = chosen[4] === undefined ? '' : ` · ${lengthText(chosen[4] - chosen[2])}`;
    return `${LANES[chosen[0]]}: ${chosen[3]} · at ${lengthText(chosen[2] - start)}${lasted} · ${here}`;
  }

  #strip() {
    return html`<div class="strip">
      <canvas
        tabindex="0"
        role="application"
        aria-label="Timeline. Arrow keys choose an event, Enter travels there, plus and minus zoom. The button List shows the same as a list."
        @pointerdown=${this.#pointerDown}
        @pointermove=${this.#pointerMove}
        @pointerup=${this.#pointerUp}
        @wheel=${this.#wheel}
        @keydown=${this.#key}
      ></canvas>
      ${this.tracks.map((track, index) => this.#track(track, index))}
    </div>`;
  }

  #track({ name }: ValueTrack, index: number) {
    return trackRow(name, (event) => valueAt(this.#drawnTracks[index]!, this.#positionAt(event.offsetX)), {
      travel: (point) => this.#host.postMessage({ type: 'travel', point }),
      remove: () => {
        this.tracks = this.tracks.filter((one) => one.name !== name);
        this.#host.postMessage({ type: 'untrack', name });
      },
    });
  }

  #list() {
    return eventList(this.#candidates(), this.selected, this.#part!.start, {
      travel: (event) => this.#travel(event),
      key: (event) => this.#key(event),
    });
  }

  /** Events that search and focus leave, in order. */
  #candidates(): TimelineEvent[] {
    const { focused, axis } = this;
    this.#ordered ??= this.#rows.flatMap(({ events }) => events).sort((a, b) => a[1] - b[1]);
    const all = this.#ordered;
    if (!focused) return all;
    return all.filter((event) => positionOf(event, axis) >= focused.from && positionOf(event, axis) <= focused.to);
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#drawNow());
  }

  #drawNow(): void {
    const canvas = this.renderRoot?.querySelector('canvas');
    if (!canvas || !this.#part || !this.#view) return;
    const width = canvas.clientWidth;
    const height = RULER + this.#rows.length * ROW;
    const context = sized(canvas, width, height);
    context.font = `12px ${getComputedStyle(this).fontFamily}`;
    this.#colors ??= themeColors(this);
    const { axis, selected, focused } = this;
    const scene = { rows: this.#rows, axis, view: this.#view, now: this.#now, selected, focus: focused, width, height };
    drawTimeline(context, scene, this.#colors);
    const { view, now } = scene;
    this.renderRoot.querySelectorAll<HTMLCanvasElement>('canvas.value').forEach((own, index) => {
      const track = this.#drawnTracks[index];
      if (!track) return;
      const target = sized(own, width, TRACK);
      target.font = context.font;
      drawTrack(target, track, { view, width, now, colors: this.#colors! });
    });
  }

  #positionAt(x: number, view = this.#view!): number {
    const width = (this.renderRoot.querySelector('canvas')?.clientWidth ?? NAMES + 1) - NAMES;
    return view.from + ((x - NAMES) / width) * (view.to - view.from);
  }

  #eventAt({ offsetX, offsetY }: PointerEvent): TimelineEvent | undefined {
    const row = this.#rows[Math.floor((offsetY - RULER) / ROW)];
    const reach = this.#positionAt(offsetX + 6) - this.#positionAt(offsetX);
    return row && offsetY >= RULER ? nearest(row, this.axis, this.#positionAt(offsetX), reach) : undefined;
  }

  #pointerDown(event: PointerEvent): void {
    const brush = event.offsetY < RULER || event.shiftKey;
    (event.target as Element).setPointerCapture(event.pointerId);
    this.#drag = { x: event.offsetX, position: this.#positionAt(event.offsetX), brush, view: this.#view! };
  }

  #pointerMove(event: PointerEvent): void {
    const drag = this.#drag;
    const canvas = event.target as HTMLElement;
    if (!drag) {
      const under = this.#eventAt(event);
      canvas.style.cursor = under ? 'pointer' : 'default';
      canvas.title = under ? under[3] : '';
      return;
    }
    if (Math.abs(event.offsetX - drag.x) < STILL) return;
    if (drag.brush) {
      const here = this.#positionAt(event.offsetX);
      this.focused = { from: Math.min(drag.position, here), to: Math.max(drag.position, here) };
    } else {
      this.#view = moved(drag.view, drag.position - this.#positionAt(event.offsetX, drag.view), this.#whole);
      this.#draw();
    }
  }

  #pointerUp(event: PointerEvent): void {
    const drag = this.#drag;
    this.#drag = undefined;
    if (!drag) return;
    if (Math.abs(event.offsetX - drag.x) >= STILL) {
      if (drag.brush && this.focused) this.#view = this.focused;
      this.#draw();
      return;
    }
    const chosen = this.#eventAt(event);
    if (chosen) this.#travel(chosen);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const view = this.#view!;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const by = ((event.deltaX || event.deltaY) / 1000) * (view.to - view.from);
      this.#view = moved(view, by, this.#whole);
    } else this.#zoom(1.002 ** -event.deltaY, this.#positionAt(event.offsetX));
    this.#draw();
  }

  #key(event: KeyboardEvent): void {
    const actions: Record<string, () => void> = {
      ArrowRight: () => this.#choose(1),
      ArrowDown: () => this.#choose(1),
      ArrowLeft: () => this.#choose(-1),
      ArrowUp: () => this.#choose(-1),
      Enter: () => this.selected && this.#travel(this.selected),
      '+': () => this.#zoom(2),
      '=': () => this.#zoom(2),
      '-': () => this.#zoom(0.5),
      '0': () => this.#fit(),
      Escape: () => this.#unfocus(),
      '/': () => this.renderRoot.querySelector('input')?.focus(),
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  }

  /** The next event from the chosen one, or from where time stands. */
  #choose(direction: 1 | -1): void {
    const events = this.#candidates();
    const at = this.selected ? events.indexOf(this.selected) : -1;
    const { point } = this.#part!.now;
    const next =
      at >= 0
        ? events[at + direction]
        : direction === 1
          ? events.find((event) => event[1] > point)
          : events.findLast((event) => event[1] < point);
    if (!next) return;
    this.selected = next;
    const position = positionOf(next, this.axis);
    const view = this.#view!;
    if (position < view.from || position > view.to) {
      this.#view = moved(view, position - (view.from + view.to) / 2, this.#whole);
    }
  }

  #travel(event: TimelineEvent): void {
    this.selected = event;
    this.#host.postMessage({ type: 'travel', point: event[1] });
  }

  #zoom(factor: number, around?: number): void {
    const view = this.#view!;
    const centre = this.selected ? positionOf(this.selected, this.axis) : this.#now;
    const place = around ?? Math.min(Math.max(centre, view.from), view.to);
    this.#view = zoomed(view, factor, place, this.#whole, this.#least);
    this.#draw();
  }

  #fit(): void {
    this.#view = this.#whole;
    this.#draw();
  }

  #unfocus(): void {
    this.focused = undefined;
    this.#fit();
  }

  #turnAxis(): void {
    this.axis = this.axis === 'time' ? 'steps' : 'time';
    this.focused = undefined;
    this.#view = undefined;
  }
}

customElements.define('apex-timeline', TimelinePanel);
