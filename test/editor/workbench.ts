import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { startVSCodeServer, workbenchUrl } from '../../scripts/vscode/server.mjs';
import { launchBrowser, PATIENCE_MS } from './browser.ts';
import { editorServer } from './editorServer.ts';
import { installPackage } from './extensionHost.ts';
import { packagedExtension, ROOT } from './extensionUnderTest.ts';

/** Screenshots go to `out/screenshots`. With `APEX_SCREENSHOTS=docs/images` those that the documentation shows are taken anew. */
const DOCUMENTED = process.env.APEX_SCREENSHOTS;
const SCREENSHOTS = DOCUMENTED ?? join(ROOT, 'out/screenshots');

export interface WorkbenchOptions {
  theme?: 'Default Dark Modern' | 'Default Light Modern';
  settings?: Record<string, unknown>;
  /** The folder that is opened, as a copy. Default: `examples/shop`. */
  workspace?: string;
  viewport?: { width: number; height: number };
}

/** A VS Code window with the packaged extension on a copy of a workspace, driven with mouse and keyboard as a user would. */
export class Workbench {
  readonly page: Page;
  readonly workspace: string;
  /** Folder in which its sessions keep their recordings. */
  readonly recordings: string;
  /** Folder of the audit log of its sandbox host. */
  readonly audit: string;
  readonly #end: () => Promise<void>;

  private constructor(
    page: Page,
    { workspace, recordings, audit }: Pick<Workbench, 'workspace' | 'recordings' | 'audit'>,
    end: () => Promise<void>,
  ) {
    this.page = page;
    this.workspace = workspace;
    this.recordings = recordings;
    this.audit = audit;
    this.#end = end;
  }

  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const scratch = mkdtempSync(join(tmpdir(), 'apex-flow-'));
    const workspace = join(scratch, 'shop');
    const recordings = join(scratch, 'recordings');
    cpSync(options.workspace ?? join(ROOT, 'examples/shop'), workspace, { recursive: true });
    const folder = editorServer();
    const extensions = join(scratch, 'extensions');
    installPackage(folder, packagedExtension(), extensions, scratch);
    const settings = { 'workbench.colorTheme': options.theme ?? 'Default Dark Modern', ...options.settings };
    const audit = join(scratch, 'audit');
    const state = { APEX_RECORDINGS: recordings, APEX_AUDIT_LOG: audit, APEX_STATE_HOME: join(scratch, 'state') };
    const server = await startVSCodeServer({ folder, extensions, settings, env: state });
    let browser: Browser | undefined;
    const end = async () => {
      await browser?.close();
      await server.stop();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    };
    try {
      browser = await launchBrowser();
      const page = await browser.newPage({ viewport: options.viewport ?? { width: 1280, height: 800 } });
      page.setDefaultTimeout(PATIENCE_MS);
      await page.goto(workbenchUrl(server, workspace));
      await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
      return new Workbench(page, { workspace, recordings, audit }, end);
    } catch (error) {
      await end();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#end();
  }

  async screenshot(name: string): Promise<void> {
    const path = join(SCREENSHOTS, `${name.toLowerCase()}.png`);
    if (DOCUMENTED && !existsSync(path)) return;
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path });
  }

  /**
   * Runs a command by its title as the command palette shows it; waits for extensions that are still loading. The palette
   * closes when something else takes the focus: it is opened again.
   */
  async command(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    // The whole title: others begin with the same words, as "Start Debugging and Stop on Entry" does.
    const name = new RegExp(`^${title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}…?$`);
    const label = this.page.locator('.label-name', { hasText: name });
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ has: label }).first();
    for (let attempt = 1; ; attempt++) {
      // In the end longer each time: an editor that is slow must not be disturbed again and again.
      const timeout = attempt < 10 ? Math.max(2000, (attempt - 5) * 4000) : undefined;
      try {
        await this.page.keyboard.press('F1');
        await input.fill(`>${title}`, { timeout });
        await row.waitFor({ timeout });
        return await row.click({ timeout });
      } catch (error) {
        if (attempt === 10) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Opens a file of the workspace by its path and waits for its text. */
  async openFile(path: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    const name = path.split('/').at(-1)!;
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first();
    await this.until(this.page.locator(`.tab.active[data-resource-name="${name}"]`), async () => {
      await this.page.keyboard.press('Control+P');
      const timeout = 5000;
      await input.fill(path, { timeout }).catch(() => undefined);
      await row.click({ timeout }).catch(() => undefined);
    });
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  async goToLine(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    // Enter does nothing before the editor has read the text.
    for (let attempt = 0; attempt < 10 && (await input.isVisible()); attempt++) {
      await this.page.keyboard.press('Enter');
      await input.waitFor({ state: 'hidden', timeout: 3000 }).catch(() => undefined);
    }
    await input.waitFor({ state: 'hidden' });
    await this.cursorAt(line, column);
  }

  /** Waits until the cursor is there and the keyboard belongs to the editor: what is typed goes to that place. */
  async cursorAt(line: number, column?: number): Promise<void> {
    const place = column === undefined ? `Ln ${line},` : `Ln ${line}, Col ${column}`;
    const shown = this.page.locator('.statusbar-item', { hasText: new RegExp(`^${place}(?!\\d)`) });
    await shown.waitFor();
    await this.page.locator('.editor-group-container .monaco-editor.focused').waitFor();
  }

  /**
   * Does something until its effect shows, as a person does when the editor was still busy.
   * @param patience milliseconds before it is done again: many for what goes further when it is done twice
   */
  async until(effect: Locator, action: () => Promise<unknown>, patience = 3000): Promise<void> {
    for (let attempt = 0; attempt < 10; attempt++) {
      await action();
      const shown = effect.waitFor({ timeout: patience }).then(() => true);
      if (await shown.catch(() => false)) return;
    }
    await effect.waitFor();
  }

  /** The document of an open webview. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Waits for a notification with this text. The bell is opened for it: a toast hides by itself, or is never shown at start-up. */
  async notification(text: string | RegExp): Promise<Locator> {
    const shown = this.page.locator('.notifications-center, .notifications-toasts').getByText(text).first();
    const unread = this.page.locator('.statusbar-item').filter({ has: this.page.locator('.codicon-bell-dot') });
    for (let attempt = 0; attempt < 240 && !(await shown.isVisible()); attempt++) {
      if (await unread.isVisible()) {
        await unread.click();
        // Its own hint would cover the buttons of the notification.
        await this.page.mouse.move(0, 0);
      }
      await shown.waitFor({ timeout: 500 }).catch(() => undefined);
    }
    await shown.waitFor();
    return shown;
  }

  /** The text of the open output channel. */
  output(): Locator {
    return this.page.locator('.output-view .view-lines, .panel .monaco-editor .view-lines').first();
  }

  problems(): Locator {
    return this.page.locator('.markers-panel');
  }

  debugToolbar(): Locator {
    return this.page.locator('.debug-toolbar');
  }
}

/** Declares a flow: one window for its steps; a failing step leaves a screenshot. */
export function flow(title: string, options: WorkbenchOptions, steps: (window: () => Workbench) => void): void {
  describe(title, function () {
    this.timeout(5 * PATIENCE_MS);
    let window: Workbench | undefined;
    before(async () => {
      window = await Workbench.open(options);
    });
    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await window?.screenshot(`failed-${title.replaceAll(/\W+/g, '-')}`);
    });
    after(() => window?.close());
    steps(() => window!);
  });
}
