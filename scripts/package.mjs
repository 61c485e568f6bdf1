// `npm run package`: makes the .vsix for one platform. `-- --target win32-x64` chooses another than this one, `--out FILE` another name.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, fail, installDependencies, pinnedNode, ROOT, step } from './setup.mjs';

const TARGETS = ['linux-x64', 'linux-arm64', 'alpine-x64', 'alpine-arm64', 'darwin-arm64', 'win32-x64'];

const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });
const target = values.target ?? `${process.platform}-${process.arch}`;
if (!TARGETS.includes(target))
  fail(`There is no package for ${target}.`, `Choose --target from: ${TARGETS.join(', ')}.`);
const out = values.out ?? join(ROOT, `apex-${target}.vsix`);

installDependencies();
build('--clean', '--target', target);
const vsce = join(ROOT, 'node_modules/@vscode/vsce/vsce');
const args = [
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--skip-license',
  '--no-rewrite-relative-links',
  '--target',
  target,
  '--out',
  out,
];
step('packaging', pinnedNode(), [vsce, ...args]);
console.log(`${out} (${(statSync(out).size / 1e6).toFixed(1)} MB)`);
