// `npm run bench -- NAME [ARG...]` runs bench/NAME.ts on the pinned Node after a build; without a name it lists what there is.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, fail, installDependencies, pinnedNode, ROOT } from './setup.mjs';

const names = readdirSync(join(ROOT, 'bench')).flatMap((file) => /^(\w+)\.ts$/.exec(file)?.[1] ?? []);
const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  console.log(
    `Usage: npm run bench -- NAME [ARG...]\n\nMeasurements: ${names.join(', ')}. Their figures stand in bench/README.md.`,
  );
  process.exit(0);
}
const script = join(ROOT, 'bench', `${name}.ts`);
if (!existsSync(script)) fail(`There is no measurement "${name}".`, `Choose from: ${names.join(', ')}.`);

installDependencies();
build();
const env = { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}` };
process.exit(spawnSync(pinnedNode(), [script, ...args], { stdio: 'inherit', env }).status ?? 2);
