import { readFileSync } from 'node:fs';
import { programPath } from '../../runtime/programs.ts';
import type { LoadedModule } from '../bridge/modules.ts';

/** Modules of Node's own that packages ask for, from npm: loaded when a program first asks, so that no other one pays for them. */
const LIBRARY = ['buffer', 'events', 'string_decoder'];
/** The guest's name of their folder: no path of a program leads there. */
const ROOT = '/apex/';

type Library = Extract<LoadedModule, { kind: 'cjs' | 'esm' | 'json' }>;

/** The module that a specifier (`buffer`, `node:buffer`) or a guest name (`/apex/buffer.js`) means. */
export function libraryModule(specifier: string): LoadedModule | undefined {
  const name = specifier.startsWith(ROOT)
    ? specifier.slice(ROOT.length).replace(/\.js$/, '')
    : specifier.replace(/^node:/, '').replace(/\/$/, '');
  if (specifier === EMPTY_MODULE.url) return EMPTY_MODULE;
  if (!LIBRARY.includes(name)) return undefined;
  const known = texts.get(name) ?? readFileSync(programPath(`guestModules/${name}.js`), 'utf8');
  texts.set(name, known);
  return { kind: 'cjs', url: `${ROOT}${name}.js`, source: known, typescript: false };
}

const texts = new Map<string, string>();

/** For what a package leaves out where there is no Node. */
export const EMPTY_MODULE: Library = { kind: 'cjs', url: `${ROOT}empty.js`, source: '', typescript: false };
