import { css } from 'lit';

/** Every colour is a variable of VS Code's theme; the canvas takes its own from there too. */
export const timelineStyle = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100vh;
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    color: var(--vscode-foreground);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    padding: 4px 0;
  }
  input {
    width: 200px;
    font: inherit;
    padding: 2px 6px;
    color: var(--vscode-input-foreground);
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-widget-border, transparent));
  }
  input::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  button {
    font: inherit;
    padding: 2px 8px;
    color: var(--vscode-button-secondaryForeground);
    background: var(--vscode-button-secondaryBackground);
    border: 1px solid var(--vscode-button-border, transparent);
    cursor: pointer;
  }
  button:hover {
    background: var(--vscode-button-secondaryHoverBackground);
  }
  button[aria-pressed='true'] {
    color: var(--vscode-button-foreground);
    background: var(--vscode-button-background);
  }
  :is(button, input, select, canvas, [role='listbox']):focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .said {
    flex: 1;
    min-width: 120px;
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
    color: var(--vscode-descriptionForeground);
  }
  .split {
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
  }
  @media (min-width: 800px) {
    .split {
      flex-direction: row;
      gap: 12px;
    }
  }
  .costs {
    flex: 1.25;
    min-width: 0;
    min-height: 0;
    overflow: auto;
  }
  .strip {
    flex: 1;
    min-width: 0;
    min-height: 0;
    overflow: hidden auto;
  }
  canvas {
    display: block;
    width: 100%;
    touch-action: none;
  }
  .track {
    position: relative;
  }
  .track button {
    position: absolute;
    top: 2px;
    right: 2px;
    padding: 0 5px;
  }
  .track .note {
    position: absolute;
    top: 3px;
    right: 28px;
    padding: 0 4px;
    font-size: 0.9em;
    color: var(--vscode-descriptionForeground);
    background: var(--vscode-panel-background, var(--vscode-editor-background));
    pointer-events: none;
  }
  .track canvas {
    cursor: pointer;
  }
  select {
    font: inherit;
    padding: 2px 4px;
    color: var(--vscode-dropdown-foreground);
    background: var(--vscode-dropdown-background);
    border: 1px solid var(--vscode-dropdown-border, transparent);
  }
  .play {
    min-width: 30px;
    padding: 2px 6px;
  }
  .focus {
    color: var(--vscode-button-foreground);
    background: var(--vscode-button-background);
  }
  table {
    width: 100%;
    max-width: 720px;
    border-collapse: collapse;
    margin-top: 4px;
  }
  caption {
    padding: 2px 4px;
    text-align: left;
    color: var(--vscode-descriptionForeground);
  }
  th {
    padding: 1px 4px;
    white-space: nowrap;
    text-align: left;
    font-weight: normal;
    color: var(--vscode-descriptionForeground);
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border));
  }
  td {
    padding: 1px 4px;
    white-space: nowrap;
  }
  tbody tr:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .name {
    max-width: 220px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .number {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .link {
    padding: 0 2px;
    color: var(--vscode-textLink-foreground);
    background: none;
    border: none;
  }
  .link:hover {
    background: none;
    text-decoration: underline;
  }
  .twist {
    width: 18px;
    padding: 0;
    color: inherit;
    background: none;
    border: none;
  }
  .bar {
    display: inline-block;
    width: calc(40px * var(--share));
    height: 8px;
    margin-right: 6px;
    background: var(--vscode-charts-blue);
    opacity: 0.6;
  }
  .list {
    flex: 1;
    min-height: 0;
    overflow: auto;
  }
  .row {
    display: flex;
    gap: 12px;
    padding: 2px 6px;
    white-space: nowrap;
    cursor: pointer;
  }
  .row:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .row[aria-selected='true'] {
    color: var(--vscode-list-activeSelectionForeground);
    background: var(--vscode-list-activeSelectionBackground);
  }
  .when {
    width: 110px;
    flex: none;
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .lane {
    width: 90px;
    flex: none;
    opacity: 0.8;
  }
  .message {
    padding: 12px 0;
    color: var(--vscode-descriptionForeground);
  }
`;
