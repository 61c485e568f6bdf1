import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { ApexError } from '../../protocol/errors.ts';
import { installOnDebian } from '../installOnDebian.ts';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

function installedBrowser(): string | undefined {
  return [process.env.CHROMIUM_PATH, ...usualPlaces].find((path) => path && existsSync(path));
}

/** Path of a Chromium; on Debian as root it is installed when there is none. */
export function findBrowser(): string {
  const found = installedBrowser();
  if (found) return found;
  installOnDebian('chromium', 'chromium');
  const installed = installedBrowser();
  if (installed) return installed;
  throw new ApexError(
    'no-browser',
    'The tests in the real editor need Chromium or Chrome, and none was found.',
    'Install one (Debian: apt-get install chromium), or set CHROMIUM_PATH to its path.',
  );
}

/** For one thing to start or to appear. Long: the machine may be slow and busy, and nothing waits longer than it has to. */
export const PATIENCE_MS = 120_000;

export function launchBrowser() {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  return chromium.launch({
    executablePath: findBrowser(),
    headless: true,
    chromiumSandbox: false,
    timeout: PATIENCE_MS,
    args,
  });
}
