import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVSCodeServer, workbenchUrl } from '../../scripts/vscode/server.mjs';
import { launchBrowser, PATIENCE_MS } from './browser.ts';
import { editorServer } from './editorServer.ts';

export interface InsideResult {
  title: string;
  passed: boolean;
  error?: string;
}

/** How Apex gets into the editor: as the unpacked folder that a developer loads, or as the package that a user installs. */
export type Load = { development: string } | { vsix: string };

const TIMEOUT_MS = 360_000;

/** Runs the mocha tests of `test/editor/inside` inside a real extension host. No result file means failure, never success. */
export async function runInsideExtensionHost(load: Load, workspace: string, tests: string): Promise<InsideResult[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'apex-host-'));
  const results = join(scratch, 'results.json');
  const extensions = join(scratch, 'extensions');
  const folder = editorServer();
  const development = 'vsix' in load ? installPackage(folder, load.vsix, extensions, scratch) : load.development;
  const server = await startVSCodeServer({ folder, extensions, env: { APEX_INSIDE_RESULTS: results } });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const ended = Promise.withResolvers<string>();
    await page.exposeFunction('codeAutomationExit', () => ended.resolve('ended'));
    // The workbench says nothing of a dead extension host: its exit line does.
    const watch = setInterval(() => {
      const death = /Extension Host Process exited with code: (?!0,)\w+, signal: \w+/.exec(server.log());
      if (death) ended.resolve(death[0]);
    }, 200);
    const late = setTimeout(() => ended.resolve(`no result within ${TIMEOUT_MS} ms`), TIMEOUT_MS);
    await page.goto(workbenchUrl(server, workspace, { development, tests }));
    const how = await ended.promise;
    clearInterval(watch);
    clearTimeout(late);
    if (existsSync(results)) return JSON.parse(readFileSync(results, 'utf8')) as InsideResult[];
    throw new Error(`The tests inside the editor gave no result: ${how}.\n${server.log().slice(-4000)}`);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Installs a package as a user would; VS Code wants a development extension in test mode, so it gets an empty one. */
export function installPackage(folder: string, vsix: string, extensions: string, scratch: string): string {
  const data = join(scratch, 'install-data');
  const args = ['--accept-server-license-terms', '--extensions-dir', extensions, '--server-data-dir', data];
  const server = join(folder, 'out/server-main.js');
  execFileSync(process.execPath, [server, ...args, '--force', '--install-extension', vsix], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const empty = join(scratch, 'empty-extension');
  mkdirSync(empty);
  const manifest = { name: 'empty', publisher: 'test', version: '0.0.0', engines: { vscode: '*' } };
  writeFileSync(join(empty, 'package.json'), JSON.stringify(manifest));
  return empty;
}
