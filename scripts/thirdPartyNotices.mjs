import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.mjs';

/** Writes the licences of every npm package that a bundle took code from, and of those copied whole (`copied`: names). */
export function writeThirdPartyNotices(metafiles, copied, file) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const bundled = inputs.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[0] ?? []);
  const folders = new Set([...bundled, ...copied.map((name) => `node_modules/${name}`)]);
  const notices = [...folders].sort().map((folder) => notice(join(ROOT, folder)));
  writeFileSync(file, `Apex contains code of these packages.\n\n${notices.join('\n')}`);
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const licence = existsSync(folder) && readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = licence ? readFileSync(join(folder, licence), 'utf8').trim() : `Licence: ${license}`;
  return `${'='.repeat(80)}\n${name} ${version}\n\n${text}\n`;
}
