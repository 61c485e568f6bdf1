import { html, nothing } from 'lit';
import type { ValueTrack } from '../../protocol/timeline.ts';

/** The canvas of one value over time, which the panel draws, its note and its button. A click travels to the write that holds there. */
export function trackRow(
  { name, finding, note }: ValueTrack,
  writeAt: (event: MouseEvent) => ValueTrack['values'][number] | undefined,
  on: { travel(point: number): void; stop(): void; remove(): void },
) {
  const button = finding ? `Stop finding values of ${name}` : `Remove the values of ${name}`;
  return html`<div class="track">
    <canvas
      class="value"
      role="img"
      aria-label=${`Values of ${name} over time`}
      @click=${(event: MouseEvent) => {
        const write = writeAt(event);
        if (write) on.travel(write.point);
      }}
      @pointermove=${(event: PointerEvent) => {
        (event.target as HTMLElement).title = `${name} = ${writeAt(event)?.value ?? '(not known)'}`;
      }}
    ></canvas>
    ${note ? html`<span class="note" aria-live="polite">${note}</span>` : nothing}
    <button title=${button} aria-label=${button} @click=${finding ? on.stop : on.remove}>${finding ? '■' : '×'}</button>
  </div>`;
}
