// A real VS Code server from npm alone: the package code-server carries VS Code's own server build in lib/vscode.
// Runs under the pinned Node: the native modules are compiled for the Node that later runs the server.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const CODE_SERVER = '4.139.1'; // holds VS Code 1.139.1
// Two thirds of the server's dependencies by size; neither the workbench nor the extension host needs them.
const UNNEEDED_PACKAGES = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  '@vscode/sqlite3',
  'kerberos',
  'ssh2',
];
const UNNEEDED_EXTENSIONS = ['copilot', 'mermaid-markdown-features', 'microsoft-authentication'];
// Compiled here when there is a compiler. Without them output channels stay empty, logs are noisier, and there is no git view.
const NATIVE_PACKAGES = ['@vscode/spdlog', '@vscode/native-watchdog', '@vscode/fs-copyfile'];

function cacheFolder() {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(cache, 'apex', `code-server-${CODE_SERVER}-abi${process.versions.modules}`);
}

/** Installs the server into the user's cache folder when it is not there yet, and gives its folder. */
export function installVSCodeServer(log = (line) => process.stderr.write(`apex: ${line}\n`)) {
  const folder = cacheFolder();
  if (existsSync(join(folder, '.complete'))) {
    if (!existsSync(join(folder, COMPILED)) && hasCompiler()) compileNatives(folder, log);
    return folder;
  }
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}.incomplete-`); // beside the target: the last step is one rename
  const step = (title, run) => {
    const started = Date.now();
    const result = run();
    log(`  ${title}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    return result;
  };
  try {
    log('installing the VS Code server from npm (about 290 MB, once)');
    const archive = step('download', () => npm(work, 'pack', `code-server@${CODE_SERVER}`))
      .trim()
      .split('\n')
      .at(-1);
    step('unpack', () =>
      execFileSync('tar', ['-xzf', archive, '--strip-components=3', 'package/lib/vscode'], { cwd: work }),
    );
    rmSync(join(work, archive));
    dropUnneeded(work);
    step('dependencies', () => npm(work, 'install', '--omit=dev', '--ignore-scripts'));
    step('bundled extensions', () => npm(join(work, 'extensions'), 'install', '--omit=dev', '--ignore-scripts'));
    compileNatives(work, log);
    writeFileSync(join(work, '.complete'), '');
    rmSync(folder, { recursive: true, force: true });
    renameSync(work, folder);
    return folder;
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    throw error;
  }
}

const COMPILED = 'node_modules/@vscode/spdlog/build/Release/spdlog.node';

/** What node-gyp asks for. */
const hasCompiler = () =>
  ['python3', 'make', 'g++'].every((program) =>
    process.env.PATH.split(delimiter).some((place) => existsSync(join(place, program))),
  );

function compileNatives(folder, log) {
  const started = Date.now();
  try {
    npm(folder, 'rebuild', '--ignore-scripts=false', ...NATIVE_PACKAGES);
    log(`  native modules: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    log(`  native modules could not be compiled (${error.message.split('\n')[0]})`);
    log(
      '  Going on without them: output channels of the editor stay empty. With python3, make and g++ the next start tries again.',
    );
  }
}

function dropUnneeded(folder) {
  const manifestPath = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
  for (const name of UNNEEDED_PACKAGES) delete manifest.dependencies[name];
  for (const name of Object.keys(manifest.overrides ?? {}))
    if (name.startsWith('kerberos')) delete manifest.overrides[name];
  writeFileSync(manifestPath, JSON.stringify(manifest, null, 2));
  for (const name of UNNEEDED_EXTENSIONS) rmSync(join(folder, 'extensions', name), { recursive: true, force: true });
}

function npm(folder, ...args) {
  // A full Node distribution carries its headers: node-gyp then needs no download.
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? { npm_config_nodedir: prefix } : {};
  const env = { ...process.env, ...headers, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  // What the npm that runs us has set would lead this npm into our own folder.
  for (const name of Object.keys(env))
    if (/^npm_(config_(local_)?prefix|package_|lifecycle_)/.test(name)) delete env[name];
  const options = { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' };
  return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], options);
}

if (process.argv[1] === import.meta.filename) console.log(installVSCodeServer());
