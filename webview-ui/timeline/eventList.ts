import { html, nothing } from 'lit';
import { LANES, type TimelineEvent } from '../../protocol/timeline.ts';
import { positionText } from './axisText.ts';

const LISTED = 500;

/** Events as a list, around the selected one. */
export function eventList(
  events: readonly TimelineEvent[],
  selected: TimelineEvent | undefined,
  on: { travel(event: TimelineEvent): void; key(event: KeyboardEvent): void },
) {
  const around = selected ? events.indexOf(selected) - LISTED / 2 : 0;
  const from = Math.max(0, Math.min(around, events.length - LISTED));
  const shown = events.slice(from, from + LISTED);
  return html`<div class="list" role="listbox" tabindex="0" aria-label="Events" @keydown=${on.key}>
    ${shown.map(
      (event) => html`<div
        class="row"
        role="option"
        aria-selected=${event === selected}
        @click=${() => on.travel(event)}
      >
        <span class="when">${positionText(event[2], 'time', 9)}</span><span class="lane">${LANES[event[0]]}</span
        ><span>${event[3]}</span>
      </div>`,
    )}
    ${
      events.length > shown.length
        ? html`<div class="message">${shown.length} of ${events.length}: search or focus to see others.</div>`
        : nothing
    }
  </div>`;
}
