import { posix } from 'node:path';
import { resolveView, VIEW } from './views.ts';

/** What the engine may ask of the world. Paths are absolute and use `/`. */
export interface SourceHost {
  /** The text of a source file of the program, or undefined when it is not one. */
  readText(path: string): string | undefined;
  isFile(path: string): boolean;
}

const extensions = ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.cts', '.json'];

/** Path aliases as `tsconfig.json` has them: `@app/*` to folders. */
export interface PathAlias {
  /** Text before the star. */
  prefix: string;
  /** Absolute folder or file that takes its place. */
  target: string;
  /** Whose `tsconfig.json` has it: of two folders with the same alias, each file means that of its own. */
  folder?: string;
}

/** Finds the file that an import names: relative paths, path aliases; undefined for packages and what is not there. */
export function resolveModule(
  specifier: string,
  from: string,
  host: SourceHost,
  aliases: readonly PathAlias[] = [],
): string | undefined {
  if (specifier.startsWith(VIEW)) return resolveView(specifier, from, host);
  if (specifier.startsWith('.')) return resolveFile(posix.join(posix.dirname(from), specifier), host);
  if (specifier.startsWith('/')) return resolveFile(specifier, host);
  const isOwn = ({ folder }: PathAlias): boolean => folder !== undefined && from.startsWith(`${folder}/`);
  const meant = aliases.filter(({ prefix }) => specifier.startsWith(prefix));
  for (const { prefix, target } of [...meant.filter(isOwn), ...meant.filter((alias) => !isOwn(alias))]) {
    const found = resolveFile(posix.join(target, specifier.slice(prefix.length)), host);
    if (found) return found;
  }
  return /^[@~]\//.test(specifier) ? besideManifest(specifier.slice(2), from, host) : undefined;
}

/** `@/api/user`: what bundlers set up without a tsconfig, a file below `src` of the package. */
function besideManifest(name: string, from: string, host: SourceHost): string | undefined {
  for (let folder = posix.dirname(from); folder !== posix.dirname(folder); folder = posix.dirname(folder)) {
    if (!host.isFile(posix.join(folder, 'package.json'))) continue;
    return resolveFile(posix.join(folder, 'src', name), host) ?? resolveFile(posix.join(folder, name), host);
  }
  return undefined;
}

function resolveFile(base: string, host: SourceHost): string | undefined {
  if (/\.[a-z]+$/i.test(base) && host.isFile(base)) return base;
  for (const extension of extensions) if (host.isFile(base + extension)) return base + extension;
  // TypeScript sources name the file they will become.
  const compiled = /\.([cm]?)jsx?$/.exec(base);
  if (compiled) {
    const stem = base.slice(0, compiled.index);
    for (const extension of [`.${compiled[1]}ts`, '.tsx']) if (host.isFile(stem + extension)) return stem + extension;
  }
  for (const extension of extensions) {
    const index = posix.join(base, `index${extension}`);
    if (host.isFile(index)) return index;
  }
  return undefined;
}
