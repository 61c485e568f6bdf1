import { css } from 'lit';

/** Every colour is a variable of VS Code's theme, so the panel follows dark, light and high contrast. */
export const statePanelStyle = css`
  :host {
    display: block;
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    color: var(--vscode-foreground);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    padding: 8px 0;
  }
  h1 {
    font-size: 1.1em;
    font-weight: 600;
    margin: 0;
  }
  .space {
    flex: 1;
  }
  .status {
    color: var(--vscode-descriptionForeground);
    overflow-wrap: anywhere;
  }
  .row {
    display: flex;
    align-items: center;
    gap: 6px;
    min-height: 22px;
    cursor: default;
    white-space: nowrap;
  }
  .row:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .row:focus {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground);
  }
  .row.ended {
    opacity: 0.75;
  }
  .mark {
    width: 12px;
    flex: none;
    text-align: center;
  }
  .label {
    color: var(--vscode-debugTokenExpression-name, var(--vscode-foreground));
  }
  .row:focus .label,
  .row:focus .value {
    color: inherit;
  }
  .label::after {
    content: ':';
  }
  .value {
    font-family: var(--vscode-editor-font-family);
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--vscode-debugTokenExpression-value, var(--vscode-descriptionForeground));
  }
  .value.number,
  .value.bigint {
    color: var(--vscode-debugTokenExpression-number, inherit);
  }
  .value.string {
    color: var(--vscode-debugTokenExpression-string, inherit);
  }
  .value.boolean {
    color: var(--vscode-debugTokenExpression-boolean, inherit);
  }
  .edit {
    visibility: hidden;
    border: none;
    background: none;
    color: inherit;
    cursor: pointer;
    padding: 0 4px;
    font: inherit;
  }
  .row:hover .edit,
  .row:focus .edit,
  .row:focus-within .edit {
    visibility: visible;
  }
  input {
    flex: 1;
    min-width: 60px;
    max-width: 400px;
    font-family: var(--vscode-editor-font-family);
    font-size: inherit;
    color: var(--vscode-input-foreground);
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-focusBorder));
    padding: 1px 4px;
  }
  input:focus {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  input[aria-invalid='true'] {
    border-color: var(--vscode-inputValidation-errorBorder);
  }
  .error {
    margin: 2px 0 4px 30px;
    padding: 2px 6px;
    width: fit-content;
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
    background: var(--vscode-inputValidation-errorBackground);
    border: 1px solid var(--vscode-inputValidation-errorBorder);
  }
  .empty {
    max-width: 480px;
    padding: 16px 0;
  }
  pre {
    background: var(--vscode-textCodeBlock-background);
    padding: 8px;
    overflow-x: auto;
  }
  .announcer {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
`;
