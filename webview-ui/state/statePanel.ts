import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-badge/index.js';
import { html, LitElement, nothing } from 'lit';
import type { SandboxInfo } from '../../protocol/sandbox.ts';
import type { StateDocument } from '../../protocol/stateDocument.ts';
import type { FromPanel, ToPanel } from '../../protocol/statePanel.ts';
import { toPanelSchema } from '../../protocol/statePanel.ts';
import { statePanelStyle } from './statePanelStyle.ts';
import { buildRows, type StateRow } from './stateRows.ts';
import { editText, parseEdit } from './stateValues.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromPanel): void };

interface Editing {
  row: StateRow;
  text: string;
  error: string | undefined;
  /** True while the program has not answered. */
  sent: boolean;
}

/** The tree of a running sandbox's declared state; leaves are edited in place. Works by keyboard as VS Code's own trees do. */
export class StatePanel extends LitElement {
  static override styles = statePanelStyle;
  static override properties = {
    sandbox: { state: true },
    document: { state: true },
    focused: { state: true },
    editing: { state: true },
    message: { state: true },
  };

  declare sandbox: SandboxInfo | undefined;
  declare document: StateDocument | undefined;
  /** Id of the line that Tab reaches. */
  declare focused: string | undefined;
  declare editing: Editing | undefined;
  /** Read aloud by a screen reader. */
  declare message: string;
  readonly #host = acquireVsCodeApi();
  readonly #open = new Set<string>();
  readonly #seen = new Set<string>();
  #refocus = false;

  constructor() {
    super();
    this.message = '';
    window.addEventListener('message', (event) => {
      const message = toPanelSchema.safeParse(event.data);
      if (message.success) this.#receive(message.data);
    });
    this.#host.postMessage({ type: 'ready' });
  }

  override render() {
    const rows = this.document ? buildRows(this.document, this.#open) : [];
    return html`
      ${this.#header()}
      ${rows.length > 0 ? this.#tree(rows) : this.#empty()}
      <div class="announcer" role="status">${this.message}</div>
    `;
  }

  override updated(): void {
    const field = this.renderRoot.querySelector<HTMLInputElement>('input');
    if (field && this.shadowRoot?.activeElement !== field && !this.editing?.sent) {
      field.focus();
      field.select();
    } else if (!field && this.#refocus) {
      this.#refocus = false;
      this.renderRoot.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
    }
  }

  #header() {
    const { sandbox } = this;
    if (!sandbox) return nothing;
    const ended = sandbox.status === 'ended';
    return html`<header>
      <h1>${sandbox.label}</h1>
      <vscode-badge>${sandbox.mode}</vscode-badge>
      <span class="status">${statusText(sandbox)}</span>
      <span class="space"></span>
      ${
        ended
          ? html`<vscode-button @click=${() => this.#host.postMessage({ type: 'run' })}>Run again</vscode-button>`
          : html`<vscode-button secondary @click=${() => this.#host.postMessage({ type: 'stop' })}>Stop</vscode-button>`
      }
    </header>`;
  }

  #empty() {
    if (!this.sandbox) {
      return html`<section class="empty">
        <p>No sandbox is running.</p>
        <p>Open a JavaScript or TypeScript file and run it; its declared state appears here.</p>
        <vscode-button @click=${() => this.#host.postMessage({ type: 'run' })}>Run File in Sandbox</vscode-button>
      </section>`;
    }
    return html`<section class="empty">
      <p>This program declares no state.</p>
      <p>Declare some, and watch and edit it here while the program runs:</p>
      <pre><code>import { state } from 'apex';\nconst cart = state('cart', { items: 0, discount: 0.1 });</code></pre>
    </section>`;
  }

  #tree(rows: StateRow[]) {
    const reachable = rows.some((row) => row.id === this.focused) ? this.focused : rows[0]?.id;
    return html`<div role="tree" aria-label="Declared state" @keydown=${(event: KeyboardEvent) => this.#onKey(event, rows)}>
      ${rows.map((row) => this.#row(row, row.id === reachable))}
    </div>`;
  }

  #row(row: StateRow, reachable: boolean) {
    const editing = this.editing?.row.id === row.id ? this.editing : undefined;
    const mark = row.expanded === undefined ? '' : row.expanded ? '▾' : '▸';
    return html`<div
        class="row ${this.sandbox?.status === 'ended' ? 'ended' : ''}"
        role="treeitem"
        data-path=${row.id}
        aria-level=${row.level}
        aria-setsize=${row.siblings}
        aria-posinset=${row.position}
        aria-expanded=${row.expanded === undefined ? nothing : String(row.expanded)}
        aria-label="${row.label}: ${row.text}, ${row.kind}${row.value === undefined ? '' : ', editable'}"
        tabindex=${reachable ? 0 : -1}
        style="padding-left: ${(row.level - 1) * 16 + 4}px"
        @focus=${() => {
          this.focused = row.id;
        }}
        @click=${() => this.#toggle(row)}
        @dblclick=${() => this.#edit(row)}
      >
        <span class="mark" aria-hidden="true">${mark}</span>
        <span class="label">${row.label}</span>
        ${editing ? this.#field(editing) : this.#value(row)}
      </div>
      ${editing?.error ? html`<div class="error" id="edit-error" role="alert">${editing.error}</div>` : nothing}`;
  }

  #value(row: StateRow) {
    const canEdit = row.value !== undefined && this.sandbox?.status !== 'ended';
    return html`<span class="value ${row.kind}">${row.text}</span>
      ${
        canEdit
          ? html`<button class="edit" tabindex="-1" title="Edit value (Enter)" aria-label="Edit ${row.label}"
              @click=${(event: Event) => {
                event.stopPropagation();
                this.#edit(row);
              }}>✎</button>`
          : nothing
      }`;
  }

  #field(editing: Editing) {
    return html`<input
      .value=${editing.text}
      ?readonly=${editing.sent}
      aria-label="New value of ${editing.row.label}"
      aria-invalid=${editing.error ? 'true' : 'false'}
      aria-describedby=${editing.error ? 'edit-error' : nothing}
      @click=${(event: Event) => event.stopPropagation()}
      @dblclick=${(event: Event) => event.stopPropagation()}
      @input=${(event: Event) => {
        this.editing = { ...editing, text: (event.target as HTMLInputElement).value, error: undefined };
      }}
      @keydown=${(event: KeyboardEvent) => this.#onFieldKey(event)}
    />`;
  }

  #onFieldKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === 'Escape') this.#closeField('Edit cancelled.');
    if (event.key !== 'Enter' || !this.editing || this.editing.sent) return;
    const { row, text } = this.editing;
    const parsed = parseEdit(text, row.value!);
    if ('error' in parsed) {
      this.editing = { ...this.editing, error: parsed.error };
      return;
    }
    this.editing = { ...this.editing, sent: true };
    this.#host.postMessage({ type: 'edit', edit: { path: row.path, value: parsed.value, expected: row.value } });
  }

  #onKey(event: KeyboardEvent, rows: StateRow[]): void {
    const at = Math.max(
      0,
      rows.findIndex((row) => row.id === this.focused),
    );
    const row = rows[at]!;
    const go = (target: StateRow | undefined) => {
      if (target) this.#focusRow(target.id);
    };
    if (event.key === 'ArrowDown') go(rows[at + 1]);
    else if (event.key === 'ArrowUp') go(rows[at - 1]);
    else if (event.key === 'Home') go(rows[0]);
    else if (event.key === 'End') go(rows.at(-1));
    else if (event.key === 'ArrowRight') row.expanded === false ? this.#toggle(row) : go(rows[at + 1]);
    else if (event.key === 'ArrowLeft') {
      if (row.expanded) this.#toggle(row);
      else go(rows.find((other) => other.id === JSON.stringify(row.path.slice(0, -1))));
    } else if (event.key === 'Enter' || event.key === 'F2')
      row.value === undefined ? this.#toggle(row) : this.#edit(row);
    else if (event.key === ' ') this.#toggle(row);
    else return;
    event.preventDefault();
  }

  #focusRow(id: string): void {
    this.focused = id;
    for (const element of this.renderRoot.querySelectorAll<HTMLElement>('[role="treeitem"]')) {
      if (element.dataset.path === id) element.focus();
    }
  }

  #toggle(row: StateRow): void {
    if (row.expanded === undefined) return;
    if (row.expanded) this.#open.delete(row.id);
    else this.#open.add(row.id);
    this.focused = row.id;
    this.requestUpdate();
  }

  #edit(row: StateRow): void {
    if (row.value === undefined || this.sandbox?.status === 'ended') return;
    this.focused = row.id;
    this.editing = { row, text: editText(row.value), error: undefined, sent: false };
  }

  #closeField(message: string): void {
    this.editing = undefined;
    this.message = message;
    this.#refocus = true;
  }

  #receive(message: ToPanel): void {
    if (message.type === 'edited') {
      if (!this.editing) return;
      if (message.error === undefined) this.#closeField(`${this.editing.row.label} changed.`);
      else this.editing = { ...this.editing, row: this.#fresh(this.editing.row), sent: false, error: message.error };
      return;
    }
    this.sandbox = message.sandbox;
    this.document = message.state;
    for (const name of Object.keys(message.state?.roots ?? {})) {
      const id = JSON.stringify([name]);
      if (!this.#seen.has(id)) this.#open.add(id);
      this.#seen.add(id);
    }
  }

  /** The line as it is now, so that a second try expects what the person has been told. */
  #fresh(row: StateRow): StateRow {
    return (this.document ? buildRows(this.document, this.#open) : []).find(({ id }) => id === row.id) ?? row;
  }
}

function statusText(sandbox: SandboxInfo): string {
  if (sandbox.status !== 'ended') return sandbox.status;
  const { outcome } = sandbox;
  return outcome && !outcome.ok ? `ended: ${outcome.failure.message}` : 'ended';
}

customElements.define('apex-state-panel', StatePanel);
