import { html, nothing } from 'lit';
import type { CallTree, Profile } from '../../protocol/costs.ts';
import { type CallRow, rowTexts, seenRows, shortPath } from './costRows.ts';

/** More rows than this nobody reads, and each costs the page. */
const LISTED = 300;

interface Travels {
  /** To a point, given as text. */
  travel(point: string): void;
}

const count = (value: number) => value.toLocaleString('en-US');

const placeOf = ({ file, line }: { file: string; line: number }) => `${shortPath(file)}:${line}`;

const link = (text: string, title: string, travel: () => void) =>
  html`<button class="link" title=${title} @click=${travel}>${text}</button>`;

/** Time per function in a range. */
export function functionTable({ functions, ms, outsideMs, samples, statements }: Profile, on: Travels) {
  const shown = functions.slice(0, LISTED);
  return html`<table aria-label="Functions in this range">
    <caption>
      ${count(statements)} steps · ${ms.toFixed(1)} ms of processor time in the program, ${outsideMs.toFixed(1)} ms
      in Node around it (${count(samples)} samples of a replay)
    </caption>
    <thead>
      <tr>
        <th>function</th>
        <th class="number">self ms</th>
        <th class="number">total ms</th>
        <th class="number">calls</th>
        <th class="number">steps</th>
        <th></th>
      </tr>
    </thead>
    <tbody>
      ${shown.map(
        (one) => html`<tr>
          <td class="name">
            ${link(one.name, `${placeOf(one)}\nTravel to the slowest call`, () => on.travel(one.longest.point))}
          </td>
          <td class="number">
            <span class="bar" style="--share:${ms > 0 ? one.selfMs / ms : 0}"></span>${one.selfMs.toFixed(2)}
          </td>
          <td class="number">${one.totalMs.toFixed(2)}</td>
          <td class="number">${count(one.calls)}</td>
          <td class="number">${count(one.self)}</td>
          <td>${link('first', 'Travel to the first call', () => on.travel(one.first))}</td>
        </tr>`,
      )}
    </tbody>
    ${functions.length > LISTED ? html`<tfoot><tr><td colspan="6">${LISTED} of ${functions.length}</td></tr></tfoot>` : nothing}
  </table>`;
}

/** What called what; a row opens by a click on its mark. */
export function callTable(tree: CallTree, open: ReadonlySet<number>, on: Travels & { toggle(id: number): void }) {
  const rows = seenRows(tree, open);
  return html`<table role="treegrid" aria-label="Call tree of this range">
    <caption>
      ${count(tree.statements)} steps${tree.folded ? ` · ${count(tree.folded)} calls are folded: there were too many paths` : ''}
    </caption>
    <thead>
      <tr>
        <th>call</th>
        <th class="number">share</th>
        <th class="number">calls</th>
        <th class="number">steps</th>
        <th class="number">own</th>
        <th></th>
      </tr>
    </thead>
    <tbody>
      ${rows.slice(0, LISTED).map((row) => callRow(row, tree.statements, on))}
    </tbody>
    ${rows.length > LISTED ? html`<tfoot><tr><td colspan="6">${LISTED} of ${rows.length}</td></tr></tfoot>` : nothing}
  </table>`;
}

function callRow(row: CallRow, all: number, on: Travels & { toggle(id: number): void }) {
  const share = all > 0 ? row.total / all : 0;
  const { name, own } = rowTexts(row);
  return html`<tr role="row" aria-level=${row.depth + 1} aria-expanded=${row.leaf ? nothing : row.open}>
    <td class="name" style="padding-left:${Math.min(row.depth, 24) * 14 + 4}px">
      <button
        class="twist"
        ?disabled=${row.leaf}
        aria-label="${row.open ? 'Close' : 'Open'} ${row.name}"
        @click=${() => on.toggle(row.id)}
      >
        ${row.leaf ? '' : row.open ? '▾' : '▸'}
      </button>
      ${link(name, `${placeOf(row)}\nTravel to the first call`, () => on.travel(row.first))}
    </td>
    <td class="number"><span class="bar" style="--share:${share}"></span>${(share * 100).toFixed(1)}%</td>
    <td class="number">${count(row.calls)}</td>
    <td class="number">${count(row.total)}</td>
    <td class="number">${own}</td>
    <td>${link('slowest', 'Travel to the call with the most steps', () => on.travel(row.longest.point))}</td>
  </tr>`;
}
