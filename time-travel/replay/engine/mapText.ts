import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** In place of the URL of a map that lies in the script itself. */
export const INLINE_MAP = 'data:';
const LARGEST = 200e6;

/**
 * The text of a script's source map and the name to which its sources are relative. What a script names is data of the
 * recording: only a file called `.map` is read, and only relative to the script.
 * @throws Error that says why there is none
 */
export async function readMapText(
  script: string,
  url: string,
  textOf: (path: string) => Promise<string | undefined>,
): Promise<{ text: string; name: string }> {
  if (url === INLINE_MAP) return { text: decodeDataUrl((await textOf(script)) ?? ''), name: script };
  const relative = decodeURIComponent(url.split(/[?#]/)[0]!);
  if (/^[\w-]+:|^[/\\]/.test(relative) || !relative.endsWith('.map')) throw new Error(`${url} is no file beside it`);
  const name = resolve(dirname(script), relative);
  const { size } = regularFile(name);
  if (size > LARGEST) throw new Error(`${relative} is too large`);
  return { text: readFileSync(name, 'utf8'), name };
}

function regularFile(path: string): { size: number } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new Error(`there is no file ${path}`);
  return found;
}

function decodeDataUrl(source: string): string {
  const url = source.slice(source.lastIndexOf('sourceMappingURL=') + 'sourceMappingURL='.length).trim();
  const comma = url.indexOf(',');
  const data = url.slice(comma + 1);
  return url.slice(0, comma).endsWith(';base64') ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data);
}
