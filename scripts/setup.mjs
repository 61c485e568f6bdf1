// Makes a fresh clone ready: dependencies (with the pinned Node 24) from npm, then the build. Silent when nothing is missing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');
const STAMP = join(ROOT, 'node_modules', '.apex-setup');

/** Installs dependencies when package-lock.json is not the one they were installed from. */
export function installDependencies() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  step('installing dependencies and Node 24 from npm (about 600 MB, once)', 'npm', ['ci', '--loglevel=error']);
  writeFileSync(STAMP, wanted);
}

/** Builds dist/ with the options of scripts/build.mjs. */
export function build(...options) {
  step('building', pinnedNode(), [join(ROOT, 'scripts/build.mjs'), ...options]);
}

/** For `bin/apex`: only what is missing, so that a command starts at once. */
export function setUp() {
  if (existsSync(join(ROOT, 'dist/cli.mjs'))) return;
  installDependencies();
  build();
}

/** The pinned Node that npm installed, or this Node when its major is the pinned one. */
export function pinnedNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const path = join(ROOT, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(path)) return path;
  if (process.versions.node.startsWith('24.')) return process.execPath;
  fail(
    `npm has no Node 24 for ${process.platform}-${process.arch}.`,
    'Install Node 24 from https://nodejs.org and run this command with it.',
  );
}

/** Runs a command with its output on stderr; says what failed and ends the process when it does. */
export function step(title, command, args, options = {}) {
  const started = Date.now();
  process.stderr.write(`apex: ${title} ...\n`);
  const windowsNpm = process.platform === 'win32' && command === 'npm';
  const result = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], shell: windowsNpm, ...options });
  if (result.status !== 0) {
    const reason =
      result.error?.message ?? (result.signal ? `ended by ${result.signal}` : `exit code ${result.status}`);
    fail(
      `${title} failed (${reason}); its output is above.`,
      'Nothing was changed outside this folder. Correct the cause and run the command again.',
    );
  }
  process.stderr.write(`apex: ${title} done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

export function fail(message, advice) {
  process.stderr.write(`apex: ${message}\n  ${advice}\n`);
  process.exit(2);
}
