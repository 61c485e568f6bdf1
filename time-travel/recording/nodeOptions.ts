/** Words of `NODE_OPTIONS` by Node's own rule: spaces part them, double quotes hold them together, a backslash in quotes takes the next character as it is. */
export function parseNodeOptions(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    let character = text[at]!;
    if (character === '\\' && quoted) character = text[++at] ?? '';
    else if (character === ' ' && !quoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    } else if (character === '"') {
      quoted = !quoted;
      word ??= '';
      continue;
    }
    word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}

export const formatNodeOptions = (words: readonly string[]): string =>
  words.map((word) => (/[\s"\\]/.test(word) ? `"${word.replace(/["\\]/g, '\\$&')}"` : word)).join(' ');

/** How Node comes to load a bundle before any other module: words of its command line, and its `NODE_OPTIONS`. */
export interface Preload {
  words: string[];
  nodeOptions: string | undefined;
}

/** The modules that `NODE_OPTIONS` requires come before those of the command line: where there are some, ours is the first of them. */
export function preload(bundle: string, nodeOptions: string | undefined): Preload {
  const requires = parseNodeOptions(nodeOptions ?? '').some((word) => /^(-r|--require)(=|$)/.test(word));
  if (!requires) return { words: ['--expose-internals', '-r', bundle], nodeOptions };
  return { words: ['--expose-internals'], nodeOptions: `--require ${formatNodeOptions([bundle])} ${nodeOptions}` };
}

/** `environment` with `NODE_OPTIONS` set, or without it. */
export function withNodeOptions<T extends Record<string, string | undefined>>(
  { NODE_OPTIONS: _, ...environment }: T,
  nodeOptions: string | undefined,
): Omit<T, 'NODE_OPTIONS'> & { NODE_OPTIONS?: string } {
  return nodeOptions === undefined ? environment : { ...environment, NODE_OPTIONS: nodeOptions };
}

const PERMISSION = /^--(experimental-)?permission$/;

/** Options whose value may be the next word. */
const TAKES_WORD =
  /^(-[rC]|--(require|import|loader|experimental-loader|conditions|env-file(-if-exists)?|input-type|title|icu-data-dir|openssl-config|tls-[\w-]+|max-http-header-size|dns-result-order|diagnostic-dir|test-[\w-]+|watch-path|stack-trace-limit|trace-[\w-]+|inspect-port|allow-fs-(read|write)|unhandled-rejections|disable-warning))$/;

/** True for a program that runs under Node's permission model. @param words Node options, script and arguments */
export function isRestricted(words: readonly string[], nodeOptions: string | undefined): boolean {
  const isScript = (word: string, at: number) => !word.startsWith('-') && !TAKES_WORD.test(words[at - 1] ?? '');
  const script = words.findIndex(isScript);
  const options = script < 0 ? words : words.slice(0, script);
  return [...options, ...parseNodeOptions(nodeOptions ?? '')].some((word) => PERMISSION.test(word));
}

/** Node options without those of the permission model. */
export const withoutPermission = (words: readonly string[]): string[] =>
  words.filter((word) => !PERMISSION.test(word) && !word.startsWith('--allow-'));

/** What the boundary may do there: be loaded, and write its recording. */
export const permissionOptions = (bundles: string, recording: string): string[] => [
  `--allow-fs-read=${bundles}/*`,
  `--allow-fs-write=${recording}/*`,
];
