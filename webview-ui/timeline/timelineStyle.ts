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
  :is(button, input, canvas, [role='listbox']):focus-visible {
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
  .strip {
    flex: 1;
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
  .track canvas {
    cursor: pointer;
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
