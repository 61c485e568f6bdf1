import { html } from 'lit';
import type { ValueTrack } from '../../protocol/timeline.ts';

/** The canvas of one value over time, which the panel draws, and its button. A click travels to the write that holds there. */
export function trackRow(
  name: string,
  writeAt: (event: MouseEvent) => ValueTrack['values'][number] | undefined,
  on: { travel(point: number): void; remove(): void },
) {
  const remove = `Remove the values of ${name}`;
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
    <button title=${remove} aria-label=${remove} @click=${on.remove}>×</button>
  </div>`;
}
