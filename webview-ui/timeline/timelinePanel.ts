import { html, LitElement } from 'lit';
import {
  type FromTimeline,
  LANES,
  type Pace,
  type TimelineEvent,
  type TimelinePart,
  type ToTimeline,
} from '../../protocol/timeline.ts';
import { lengthText, positionText } from './axisText.ts';
import { CostsPane } from './costsPane.ts';
import { drawFlame, flameHeight, spanAt } from './drawFlame.ts';
import { type Colors, drawTimeline, NAMES, ROW, RULER, sized, themeColors } from './drawTimeline.ts';
import { eventList } from './eventList.ts';
import { StripPointer } from './stripPointer.ts';
import { type Strip, StripView } from './stripView.ts';
import { timelineHeader } from './timelineHeader.ts';
import { type Axis, buildRows, nearest, positionOf, type Range, type Row } from './timelineRows.ts';
import { timelineStyle } from './timelineStyle.ts';
import { TracksPane } from './tracksPane.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromTimeline): void };

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
    playing: { state: true },
    pace: { state: true },
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
  /** 1: time moves forwards by itself, -1: backwards. */
  declare playing: number;
  declare pace: Pace;
  readonly #host = acquireVsCodeApi();
  #events: TimelineEvent[] = [];
  #part: TimelinePart | undefined;
  #rows: Row[] = [];
  /** All events of the rows in order, once somebody asks. */
  #ordered: TimelineEvent[] | undefined;
  readonly #view: StripView = new StripView(() => this.#extent);
  #colors: Colors | undefined;
  #frame = 0;
  readonly #pointer: StripPointer = new StripPointer({
    view: () => this.#view.range,
    positionAt: (x, view) => this.#view.positionAt(x, view),
    eventAt: (event) => this.#eventAt(event),
    show: (view) => {
      this.#view.shift(view);
      this.#draw();
    },
    zoom: (factor, around) => this.#zoom(factor, around),
    brush: (part) => {
      this.focused = part;
    },
    brushed: () => this.focused && this.#focusOn(this.focused),
    choose: (event) => this.#travel(event),
  });
  readonly #costs: CostsPane = new CostsPane({
    changed: () => this.requestUpdate(),
    ask: (costs) => this.#host.postMessage({ type: 'costs', costs }),
    travel: (point) => this.#host.postMessage({ type: 'travel', point }),
    spanAt: ({ offsetX, offsetY }) => {
      const { profile } = this.#costs;
      const reach = this.#view.positionAt(offsetX + 3) - this.#view.positionAt(offsetX);
      return profile && spanAt(profile, this.axis, this.#view.positionAt(offsetX), offsetY, reach);
    },
  });
  readonly #tracks: TracksPane = new TracksPane({
    changed: () => this.requestUpdate(),
    travel: (point) => this.#host.postMessage({ type: 'travel', point }),
    stop: (name) => this.#host.postMessage({ type: 'stopFinding', name }),
    removed: (name) => this.#host.postMessage({ type: 'untrack', name }),
    positionAt: ({ offsetX }) => this.#view.positionAt(offsetX),
  });

  constructor() {
    super();
    this.message = '';
    this.axis = 'time';
    this.search = '';
    this.listed = false;
    this.version = 0;
    this.playing = 0;
    this.pace = { speed: 1, unit: 'time' };
    window.addEventListener('message', ({ data }: MessageEvent<ToTimeline>) => this.#receive(data));
    window.addEventListener('focus', () => this.#takeKeyboard());
    window.addEventListener('blur', () => this.#host.postMessage({ type: 'keyboard', isHere: false }));
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
      ${this.#header()}
      <div class="split">${this.listed ? this.#list() : this.#strip()} ${this.#costs.table()}</div>
    `;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!this.#part) return;
    if (['version', 'axis', 'search'].some((name) => changed.has(name))) {
      const all = [...this.#events, ...this.#part.hits];
      this.#rows = buildRows(all, this.axis, this.search);
      this.#ordered = undefined;
    }
  }

  override updated(): void {
    this.#draw();
    if (this.listed) this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  /** The recording on the axis, and the room for it. */
  get #extent(): Strip {
    const { axis } = this;
    const { start, end } = this.#part!;
    const width = this.renderRoot?.querySelector('canvas')?.clientWidth ?? NAMES + 1;
    return axis === 'time' ? { axis, from: start, to: end.time, width } : { axis, from: 0, to: end.point, width };
  }

  #receive(message: ToTimeline): void {
    switch (message.type) {
      case 'values':
        return this.#tracks.add(message.track);
      case 'noValues':
        return this.#tracks.remove(message.name);
      case 'profile':
      case 'calls':
      case 'noCosts':
        return this.#costs.receive(message);
      case 'show':
        return this.#costs.show(message.costs);
      case 'playing':
        this.playing = message.direction;
        this.pace = message.pace;
        return;
    }
    if (message.type === 'clear') {
      this.#costs.hide();
      this.message = message.message;
      this.#tracks.clear();
      this.#part = undefined;
      this.#events = [];
      this.#view.show(undefined);
      this.selected = undefined;
      this.focused = undefined;
    } else {
      const { part } = message;
      const fresh = !this.#part || part.total > 0;
      // Only the present moment was told: what does not change stays.
      this.#part = fresh ? part : { ...this.#part!, now: part.now, hits: part.hits, focus: part.focus };
      this.#takeFocus();
      this.#events.push(...part.events);
      // The present moment never leaves the view.
      this.#view.reveal(this.#now);
    }
    this.version++;
  }

  /** The part that questions keep to, as the session says: a panel that was opened anew shows it too. */
  #takeFocus(): void {
    const { focus } = this.#part!;
    if (!focus) {
      // Given up by a command.
      if (this.focused && !this.#pointer.drags) this.#costs.forget();
      this.focused = undefined;
    }
    if (focus && !this.focused) {
      const { from, to, fromTime, toTime } = focus;
      this.focused = this.axis === 'time' ? { from: fromTime, to: toTime } : { from, to };
    }
  }

  get #now(): number {
    const { now } = this.#part!;
    return this.axis === 'time' ? now.time : now.point;
  }

  #said(): string {
    const { now } = this.#part!;
    const chosen = this.selected;
    const here = `now at step ${now.point.toLocaleString('en-US')}, ${lengthText(now.time)}`;
    if (!chosen) return here;
    const lasted = chosen[4] === undefined ? '' : ` · ${lengthText(chosen[4] - chosen[2])}`;
    return `${LANES[chosen[0]]}: ${chosen[3]} · at ${lengthText(chosen[2])}${lasted} · ${here}`;
  }

  #header() {
    const { search, axis, listed, focused, pace, playing } = this;
    const text = (position: number) => positionText(position, axis, focused!.to - focused!.from);
    const focus = focused && `${text(focused.from)} to ${text(focused.to)}`;
    const shown = { search, axis, listed, pace, playing, focus, costs: this.#costs.what, said: this.#said() };
    return timelineHeader(shown, {
      search: (typed) => {
        this.search = typed;
      },
      turnAxis: () => this.#turnAxis(),
      list: () => {
        this.listed = !this.listed;
      },
      costs: (what) => this.#costs.toggle(what),
      fit: () => this.#fit(),
      unfocus: () => this.#unfocus(),
      play: (direction) => this.#play(direction),
      pace: (chosen) => {
        this.pace = chosen;
        this.#host.postMessage({ type: 'pace', pace: chosen });
      },
    });
  }

  /** Again: time stands. */
  #play(direction: 1 | -1, byKey = false): void {
    this.#host.postMessage({ type: 'play', direction: this.playing === direction ? 0 : direction, byKey });
  }

  #strip() {
    return html`<div class="strip">
      <canvas
        tabindex="0"
        role="application"
        aria-label="Timeline. Arrow keys choose an event, Enter travels there, plus and minus zoom. The button List shows the same as a list."
        @pointerdown=${(event: PointerEvent) => this.#pointer.down(event)}
        @pointermove=${(event: PointerEvent) => this.#pointer.move(event)}
        @pointerup=${(event: PointerEvent) => this.#pointer.up(event)}
        @wheel=${(event: WheelEvent) => this.#pointer.wheel(event)}
        @keydown=${this.#key}
      ></canvas>
      ${this.#costs.lane()} ${this.#tracks.rows()}
    </div>`;
  }

  #list() {
    return eventList(this.#candidates(), this.selected, {
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
    if (!canvas || !this.#part) return;
    const width = canvas.clientWidth;
    const height = RULER + this.#rows.length * ROW;
    const context = sized(canvas, width, height);
    context.font = `12px ${getComputedStyle(this).fontFamily}`;
    this.#colors ??= themeColors(this);
    const { axis, selected, focused } = this;
    const scene = {
      rows: this.#rows,
      axis,
      view: this.#view.range,
      now: this.#now,
      selected,
      focus: focused,
      width,
      height,
    };
    drawTimeline(context, scene, this.#colors);
    const { view, now } = scene;
    const { profile } = this.#costs;
    const flame = this.renderRoot.querySelector<HTMLCanvasElement>('canvas.flame');
    if (flame && profile) {
      const target = sized(flame, width, flameHeight(profile));
      target.font = context.font;
      drawFlame(target, profile, { view, width, now, axis, colors: this.#colors });
    }
    const canvases = this.renderRoot.querySelectorAll<HTMLCanvasElement>('canvas.value');
    const { start } = this.#part;
    this.#tracks.draw(canvases, { axis, start, view, width, now, font: context.font, colors: this.#colors });
  }

  #eventAt({ offsetX, offsetY }: PointerEvent): TimelineEvent | undefined {
    const row = this.#rows[Math.floor((offsetY - RULER) / ROW)];
    const reach = this.#view.positionAt(offsetX + 6) - this.#view.positionAt(offsetX);
    return row && offsetY >= RULER ? nearest(row, this.axis, this.#view.positionAt(offsetX), reach) : undefined;
  }

  /** A panel that is given the keyboard has nothing focused in it: its keys work at once. */
  #takeKeyboard(): void {
    this.#host.postMessage({ type: 'keyboard', isHere: true });
    if (this.renderRoot.querySelector(':focus')) return;
    this.renderRoot.querySelector<HTMLElement>('.list, canvas[tabindex]')?.focus();
  }

  #key(event: KeyboardEvent): void {
    const actions: Record<string, () => void> = {
      ArrowRight: () => this.#choose(1),
      ArrowDown: () => this.#choose(1),
      ArrowLeft: () => this.#choose(-1),
      ArrowUp: () => this.#choose(-1),
      Enter: () => this.selected && this.#travel(this.selected, true),
      '+': () => this.#zoom(2),
      '=': () => this.#zoom(2),
      '-': () => this.#zoom(0.5),
      '0': () => this.#fit(),
      Escape: () => this.#unfocus(),
      f: () => this.#costs.toggle('functions'),
      c: () => this.#costs.toggle('calls'),
      p: () => this.#play(1, true),
      P: () => this.#play(-1, true),
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
    this.#view.reveal(positionOf(next, this.axis));
  }

  #travel(event: TimelineEvent, byKey = false): void {
    this.selected = event;
    this.#host.postMessage({ type: 'travel', point: event[1], byKey });
  }

  #zoom(factor: number, around?: number): void {
    const centre = this.selected ? positionOf(this.selected, this.axis) : this.#now;
    this.#view.zoom(factor, around ?? centre);
    this.#draw();
  }

  #fit(): void {
    this.#view.show(undefined);
    this.#draw();
  }

  /** The strip shows this part, and questions keep to it. */
  #focusOn(part: Range): void {
    this.#view.show(part);
    this.#host.postMessage({ type: 'focus', part: { axis: this.axis, ...part } });
    this.#costs.forget();
  }

  #unfocus(): void {
    if (this.focused) {
      this.focused = undefined;
      this.#host.postMessage({ type: 'focus' });
      this.#costs.forget();
    }
    this.#fit();
  }

  #turnAxis(): void {
    this.axis = this.axis === 'time' ? 'steps' : 'time';
    this.focused = undefined;
    if (this.#part) this.#takeFocus();
    this.#view.show(this.focused);
  }
}

customElements.define('apex-timeline', TimelinePanel);
