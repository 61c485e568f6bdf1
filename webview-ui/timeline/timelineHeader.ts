import { html, nothing } from 'lit';
import { type Costs, PACES, type Pace } from '../../protocol/timeline.ts';
import type { Axis } from './timelineRows.ts';

interface Shown {
  search: string;
  axis: Axis;
  listed: boolean;
  costs: Costs | undefined;
  /** How much of the recording questions keep to, in words. */
  focus: string | undefined;
  pace: Pace;
  /** 1 forwards, -1 backwards, 0: time stands. */
  playing: number;
  said: string;
}

interface Actions {
  search(text: string): void;
  turnAxis(): void;
  list(): void;
  costs(what: Costs): void;
  fit(): void;
  unfocus(): void;
  play(direction: 1 | -1): void;
  pace(pace: Pace): void;
}

/** What stands above the strip: search, how it is laid out, what it shows, and how time moves by itself. */
export function timelineHeader(shown: Shown, on: Actions) {
  const toggle = (text: string, title: string, pressed: boolean, act: () => void) =>
    html`<button aria-pressed=${pressed} title=${title} @click=${act}>${text}</button>`;
  const chosen = PACES.findIndex(({ pace }) => pace.speed === shown.pace.speed && pace.unit === shown.pace.unit);
  const play = (direction: 1 | -1, text: string, title: string) =>
    html`<button
      class="play"
      aria-label=${title}
      aria-pressed=${shown.playing === direction}
      title=${shown.playing === direction ? 'Stop' : title}
      @click=${() => on.play(direction)}
    >
      ${shown.playing === direction ? '❚❚' : text}
    </button>`;
  return html`<header>
    <input
      type="search"
      placeholder="Search"
      aria-label="Search in the timeline"
      .value=${shown.search}
      @input=${(event: InputEvent) => on.search((event.target as HTMLInputElement).value)}
    />
    ${toggle('Steps', 'Lay out by steps instead of time', shown.axis === 'steps', on.turnAxis)}
    ${toggle('List', 'Show as a list', shown.listed, on.list)}
    ${toggle('Profile', 'Time per function (f)', shown.costs === 'functions', () => on.costs('functions'))}
    ${toggle('Calls', 'What called what (c)', shown.costs === 'calls', () => on.costs('calls'))}
    <button title="Show the whole recording (0)" @click=${on.fit}>Fit</button>
    ${play(-1, '◀', 'Play backwards (Shift+P)')}${play(1, '▶', 'Play (P)')}
    <select
      aria-label="Speed"
      title="Speed: times the recorded time, or steps a second"
      @change=${(event: Event) => on.pace(PACES[(event.target as HTMLSelectElement).selectedIndex]!.pace)}
    >
      ${PACES.map(({ text }, index) => html`<option ?selected=${index === chosen}>${text}</option>`)}
    </select>
    ${
      shown.focus
        ? html`<button class="focus" title="Questions keep to this part. Back to the whole recording (Escape)" @click=${on.unfocus}>
            Only ${shown.focus} ✕
          </button>`
        : nothing
    }
    <span class="said" role="status">${shown.said}</span>
  </header>`;
}
