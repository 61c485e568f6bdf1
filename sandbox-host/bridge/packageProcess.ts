/** Mentions of `process`, and places that give the name another meaning in a module. */
const MENTIONED = /\bprocess\b/;
const DECLARED =
  /\b(?:const|let|var|class|function|import)\s+process\b|\*\s*as\s+process\b|[{,]\s*(?:\w+\s+as\s+)?process\s*[,}]/;

/**
 * Whether a module is handed a `process`. Packages ask one for `env` and `nextTick` before they do anything else; a program
 * of one's own has none, as it has no `require` beyond its own files.
 */
export function isGivenProcess(url: string, source: string): boolean {
  return url.includes('/node_modules/') && MENTIONED.test(source) && !DECLARED.test(source);
}

/** What stands around a CommonJS module in the guest. */
export const commonJsWrapper = (url: string, source: string): string =>
  isGivenProcess(url, source)
    ? '(function (exports, require, module, __filename, __dirname, process) {'
    : '(function (exports, require, module, __filename, __dirname) {';

export const COMMON_JS_END = '\n})\n//# sourceURL=';
