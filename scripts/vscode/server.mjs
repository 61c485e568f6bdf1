// Starts the VS Code server without code-server's own wrapper: out/server-main.js is the whole workbench with its extension host.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For the server's first answer: it loads some hundred files, on a machine that may be busy. */
const PATIENCE_MS = 120_000;

const QUIET_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'update.showReleaseNotes': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
};

/** Gives `port` when it is free on 127.0.0.1, any free one for 0 or undefined; rejects with code EADDRINUSE otherwise. */
export function freePort(port = 0) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, '127.0.0.1', () => {
      const chosen = probe.address().port;
      probe.close(() => resolve(chosen));
    });
  });
}

/**
 * Starts a server with a profile folder of its own.
 * @param {object} options
 * @param {string} options.folder      where installVSCodeServer put it
 * @param {string} [options.profile]   kept between runs when given; else a temporary one, removed on stop
 * @param {string} [options.extensions] folder with installed extensions
 * @param {object} [options.settings]  user settings beside the quiet ones
 * @param {object} [options.env]       more environment for the server and its extension host
 * @param {number} [options.port]
 */
export async function startVSCodeServer({ folder, profile, extensions, settings, env, port }) {
  const scratch = mkdtempSync(join(tmpdir(), 'apex-vs-')); // a short path: Unix sockets end at 107 characters
  const root = profile ?? scratch;
  const temporary = join(scratch, 't');
  mkdirSync(temporary);
  writeSettings(join(root, 'data', 'User'), settings);
  const chosenPort = await freePort(port);
  const args = [
    join(folder, 'out/server-main.js'),
    ...[
      '--host',
      '127.0.0.1',
      '--port',
      String(chosenPort),
      '--without-connection-token',
      '--accept-server-license-terms',
    ],
    ...['--telemetry-level', 'off', '--disable-telemetry', '--disable-workspace-trust'],
    '--enable-smoke-test-driver', // without it the workbench silently ignores an extension development path in its address
    ...['--server-data-dir', join(root, 'server'), '--user-data-dir', join(root, 'data')],
    ...['--extensions-dir', extensions ?? join(root, 'extensions')],
  ];
  // An empty gallery: no calls to an extension market.
  const environment = {
    EXTENSIONS_GALLERY: '{}',
    ...process.env,
    XDG_RUNTIME_DIR: temporary,
    TMPDIR: temporary,
    ...env,
  };
  delete environment.NODE_OPTIONS;
  const posix = process.platform !== 'win32';
  // A process group of its own: extension host, language servers and watchers must go with the server, also when one hangs.
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: posix });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (log = (log + chunk).slice(-200_000)));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const killAll = () => {
    try {
      if (posix) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // All of them are gone already.
    }
  };
  process.once('exit', killAll);
  const cleanUp = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  const url = `http://127.0.0.1:${chosenPort}`;
  try {
    await answers(url, child);
  } catch (error) {
    killAll();
    cleanUp();
    throw new Error(`The VS Code server did not start (${error.message}).\n${log.slice(-2000)}`);
  }
  return {
    url,
    port: chosenPort,
    log: () => log,
    exited,
    async stop() {
      child.kill('SIGTERM');
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 3000))]);
      killAll();
      await exited;
      process.off('exit', killAll);
      cleanUp();
    },
  };
}

/** Settings are written once: a kept profile belongs to its user. */
function writeSettings(folder, settings) {
  const path = join(folder, 'settings.json');
  if (existsSync(path)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));
}

async function answers(url, child) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`exit code ${child.exitCode}`);
    const response = await fetch(`${url}/version`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no answer within ${PATIENCE_MS / 1000} s`);
}

/** The address of a window on `workspace`; `development` is an unpacked extension, `tests` a module that exports run(). */
export function workbenchUrl({ url, port }, workspace, { development, tests } = {}) {
  const remote = (path) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [];
  if (development) payload.push(['extensionDevelopmentPath', remote(development)]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  payload.push(['skipWelcome', 'true'], ['skipReleaseNotes', 'true']);
  return `${url}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
