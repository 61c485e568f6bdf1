import { html, nothing } from 'lit';
import type { CallTree, Profile } from '../../protocol/costs.ts';
import type { Costs, ToTimeline } from '../../protocol/timeline.ts';
import { openAtFirst } from './costRows.ts';
import { callTable, functionTable } from './costsView.ts';
import type { Span } from './drawFlame.ts';

interface Host {
  /** Something is to be shown anew. */
  changed(): void;
  ask(what: Costs): void;
  travel(point: number): void;
  /** The call that is drawn under the pointer. */
  spanAt(event: MouseEvent): Span | undefined;
}

/** What the part that is focused on cost: a lane of calls, and a table of functions or the tree of calls. */
export class CostsPane {
  readonly #host: Host;
  what: Costs | undefined;
  profile: Profile | undefined;
  #tree: CallTree | undefined;
  #open = new Set<number>();
  #message = '';

  constructor(host: Host) {
    this.#host = host;
  }

  /** Shows the one or the other; a second time hides it. */
  toggle(what: Costs): void {
    this.show(this.what === what ? undefined : what);
  }

  show(what: Costs | undefined): void {
    this.what = what;
    this.#askAgain();
  }

  /** Another part, or another recording. */
  forget(): void {
    this.profile = undefined;
    this.#tree = undefined;
    this.#askAgain();
  }

  hide(): void {
    this.what = undefined;
    this.forget();
  }

  receive(message: Extract<ToTimeline, { type: 'profile' | 'calls' | 'noCosts' }>): void {
    if (message.type === 'noCosts') this.#message = message.message;
    else if (message.type === 'profile') this.profile = message.profile;
    else {
      this.#tree = message.tree;
      this.#open = openAtFirst(message.tree);
    }
    this.#host.changed();
  }

  lane() {
    if (!this.profile || this.what !== 'functions') return nothing;
    const named = (event: MouseEvent) => {
      const span = this.#host.spanAt(event);
      return span && { span, cost: this.profile!.functions[span[1]]! };
    };
    return html`<canvas
      class="flame"
      role="img"
      aria-label="Calls over time; the table below has the functions"
      @click=${(event: MouseEvent) => {
        const found = named(event);
        if (found) this.#host.travel(found.span[2]);
      }}
      @pointermove=${(event: PointerEvent) => {
        const found = named(event);
        const canvas = event.target as HTMLElement;
        canvas.style.cursor = found ? 'pointer' : 'default';
        const lasted = found && (found.span[3] - found.span[2] + 1).toLocaleString('en-US');
        canvas.title = found ? `${found.cost.name}: ${lasted} steps\n${found.cost.file}:${found.cost.line}` : '';
      }}
    ></canvas>`;
  }

  table() {
    const travel = (point: string) => this.#host.travel(Number(point));
    if (!this.what) return nothing;
    const table =
      this.what === 'functions'
        ? this.profile && functionTable(this.profile, { travel })
        : this.#tree && callTable(this.#tree, this.#open, { travel, toggle: (id) => this.#turn(id) });
    return html`<div class="costs">${table ?? html`<div class="message" role="status">${this.#message}</div>`}</div>`;
  }

  #turn(id: number): void {
    if (!this.#open.delete(id)) this.#open.add(id);
    this.#host.changed();
  }

  #askAgain(): void {
    const known = this.what === 'functions' ? this.profile : this.#tree;
    if (this.what && !known) {
      this.#message = 'Replaying to count calls and time…';
      this.#host.ask(this.what);
    }
    this.#host.changed();
  }
}
