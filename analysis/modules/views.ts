import { posix } from 'node:path';

/** In front of the name of a template, where modules are named. */
export const VIEW = 'view:';

const extensions = ['', '.ejs', '.pug', '.hbs', '.handlebars', '.mustache', '.jade'];
const folders = ['', 'views', 'partials', 'views/partials', 'templates'];
const known = /\.(ejs|hbs|handlebars|mustache|pug|jade)$/i;

/** Layouts that express-handlebars, hbs and express-ejs-layouts put around every page. */
export const defaultLayouts = ['layouts/main', 'layout'];

/** Names of templates that a program renders, or a template takes in. */
export function viewNames(text: string): string[] {
  const names: string[] = [];
  if (/\b(?:render|view|renderView)\(/.test(text)) {
    names.push(...defaultLayouts.map((name) => VIEW + name));
    for (const found of text.matchAll(/\blayout\s*:\s*(['"`])([\w./-]+)\1/g))
      names.push(VIEW + found[2]!, `${VIEW}layouts/${found[2]!}`);
  }
  for (const found of text.matchAll(/\b(?:render|renderFile|view|renderView|include)\(\s*(['"`])([\w./ -]+)\1/g))
    names.push(VIEW + found[2]!);
  for (const found of text.matchAll(/\$I`([\w./-]+)`/g)) names.push(VIEW + found[1]!);
  return names;
}

/** The template that a name means: below the folders for views of the file's folder and those above it, up to the package's. */
export function resolveView(name: string, from: string, host: { isFile(path: string): boolean }): string | undefined {
  const wanted = name.slice(VIEW.length).replace(/^\/+/, '');
  // Templates take in others of their own engine.
  const own = known.exec(from)?.[0];
  const tried = own ? [own, ...extensions] : extensions;
  for (let folder = posix.dirname(from); ; folder = posix.dirname(folder)) {
    for (const below of folders) {
      for (const extension of tried) {
        const path = posix.join(folder, below, wanted + extension);
        if (known.test(path) && host.isFile(path)) return path;
      }
    }
    if (folder === posix.dirname(folder) || host.isFile(posix.join(folder, 'package.json'))) return undefined;
  }
}
