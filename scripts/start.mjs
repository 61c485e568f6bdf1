// `npm start`: installs what is missing, builds, and opens the example workspace with Apex loaded: in the desktop VS Code when
// `code` is on PATH, else in a VS Code server on 127.0.0.1.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, fail, installDependencies, pinnedNode, ROOT } from './setup.mjs';
import { installVSCodeServer } from './vscode/install.mjs';
import { startVSCodeServer, workbenchUrl } from './vscode/server.mjs';

const USAGE = 'npm start -- [--no-open] [--server] [--port N] [FOLDER]';

const { values, positionals } = readArguments();
const workspace = positionals[0] ? resolve(positionals[0]) : join(ROOT, 'examples/shop');
if (!existsSync(workspace)) fail(`There is no folder ${workspace}.`, `Usage: ${USAGE}`);

installDependencies();
const node = pinnedNode();
if (process.execPath !== node && process.env.APEX_STARTED_BY !== 'start') restartWith(node);
else await open();

async function open() {
  build();
  const desktop = !values['no-open'] && !values.server && hasDesktop();
  if (desktop) openDesktop();
  else await openServer();
}

function readArguments() {
  try {
    const options = { 'no-open': { type: 'boolean' }, server: { type: 'boolean' }, port: { type: 'string' } };
    const parsed = parseArgs({ options, allowPositionals: true });
    if (parsed.values.port && !/^\d{1,5}$/.test(parsed.values.port))
      throw new Error(`"${parsed.values.port}" is not a port.`);
    return parsed;
  } catch (error) {
    return fail(error.message.split('. To specify')[0], `Usage: ${USAGE}`);
  }
}

/** The server's native modules are compiled for the pinned Node, so everything from here on runs on it. */
function restartWith(node) {
  const child = spawn(node, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, APEX_STARTED_BY: 'start' },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

function hasDesktop() {
  return spawnSync('code', ['--version'], { shell: process.platform === 'win32', stdio: 'ignore' }).status === 0;
}

function openDesktop() {
  const args = ['--new-window', `--extensionDevelopmentPath=${ROOT}`, workspace];
  const child = spawn('code', args, { stdio: 'inherit', shell: process.platform === 'win32', env: withPinnedNode() });
  child.on('exit', (code) => process.exit(code ?? 1));
  console.log('Apex is loaded in the VS Code window that opens now.');
}

async function openServer() {
  const folder = installVSCodeServer();
  const profile = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'apex', 'profile');
  const server = await startVSCodeServer({
    folder,
    profile,
    env: withPinnedNode(),
    port: Number(values.port ?? 0),
  }).catch((error) => {
    if (error.code === 'EADDRINUSE')
      fail(`Port ${values.port} is in use.`, 'Name another with --port N, or leave it out for any free one.');
    fail(error.message, 'Run the command again; if it stays, remove the folder "apex" from your cache folder.');
  });
  let stopping = false;
  const stop = () => {
    stopping = true;
    server.stop().then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  server.exited.then((code) => {
    if (!stopping) fail(`The VS Code server ended by itself (exit code ${code}).`, server.log().slice(-2000));
  });
  const address = workbenchUrl(server, workspace, { development: ROOT });
  console.log(`\nVS Code with Apex is at\n\n  ${address}\n\nCtrl+C stops it.`);
  if (!values['no-open']) openBrowser(address);
}

function withPinnedNode() {
  return { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}` };
}

function openBrowser(address) {
  const command = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  // No browser to open is no error: the address is printed.
  spawn(command, [address], { stdio: 'ignore', detached: true }).on('error', () => {});
}
