import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flow } from '../workbench.ts';

/** Reads a file again and again, and says each time that something else came of it. */
const ASKS = `import { readFile } from 'node:fs/promises';
let last = '';
setInterval(async () => {
  const now = await readFile('note.txt', 'utf8').catch((error) => error.code);
  if (now !== last) console.log('read:', now);
  last = now;
}, 100);
`;
const LINKS = `import { readFile } from 'node:fs/promises';
await readFile('[Click](command:workbench.action.quit)').catch(() => {});
`;
const VISITS = `import { store } from 'apex';
const visits = Number(await store.get('visits')) + 1;
await store.set('visits', String(visits));
console.log('this is visit', visits);
`;

flow('sandbox policy', { settings: { 'apex.sandbox.mode': 'isolation' } }, (window) => {
  const output = () => window().page.locator('.output-view .view-lines').first();
  const editor = () => window().page.locator('.editor-group-container .view-lines').first();
  const notifications = () => window().page.locator('.notifications-toasts, .notifications-center');
  /** At once: what is half written would be a broken policy. */
  const writePolicy = (policy: object) => {
    const path = join(window().workspace, 'apex.policy.json');
    writeFileSync(`${path}.new`, `${JSON.stringify(policy, null, 2)}\n`);
    renameSync(`${path}.new`, path);
  };
  const run = async (file: string) => {
    await window().openFile(file);
    await window().command('Apex: Run File in Sandbox');
  };

  it('completes a policy', async () => {
    const files = { 'asks.ts': ASKS, 'links.ts': LINKS, 'visits.ts': VISITS, 'note.txt': 'a note' };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(window().workspace, name), text);
    writePolicy({ version: 1, rules: [{ effect: '', operations: ['fs.read'] }] });
    await window().openFile('apex.policy.json');
    await window().goToLine(5, 18);
    const suggestion = window().page.locator('.suggest-widget .monaco-list-row', { hasText: 'deny' }).first();
    await window().until(suggestion, async () => {
      await window().page.keyboard.press('Escape');
      await window().page.keyboard.press('Control+Space');
    });
    await window().page.keyboard.press('Escape');
    writePolicy({ version: 1 });
  });

  it('offers the rule for what was refused, which holds at once', async () => {
    await run('asks.ts');
    await output().getByText('read: EACCES').first().waitFor();
    await window().notification('asks.ts was refused: fs.read /app/note.txt');
    await window().screenshot('sandbox-refused');
    await notifications().getByText('Allow in Policy').first().click();
    await output().getByText('read: a note').first().waitFor();
    const { rules } = JSON.parse(readFileSync(join(window().workspace, 'apex.policy.json'), 'utf8'));
    assert.deepEqual(rules, [{ effect: 'allow', operations: ['fs.read'], resources: ['/app/note.txt'] }]);
  });

  it('follows the policy while the program runs', async () => {
    writePolicy({ version: 1, rules: [{ effect: 'deny', operations: ['fs.read'] }] });
    await output().getByText('read: EACCES').nth(1).waitFor();
    await window().command('Apex: Stop Sandbox');
  });

  it('makes no link of what a program says', async () => {
    writePolicy({ version: 1 });
    await run('links.ts');
    const shown = await window().notification(/links\.ts was refused: fs\.read \/app\/\[Click\]/);
    assert.equal(await shown.locator('a').count(), 0);
    await window().command('Notifications: Clear All Notifications');
  });

  it('keeps what is stored when the editor starts again', async () => {
    writePolicy({ version: 1, keepStore: true, rules: [{ effect: 'allow', operations: ['kv.*'] }] });
    await run('visits.ts');
    await output().getByText('this is visit 1').first().waitFor();
    // The old window shows its files until it is gone.
    const loaded = window().page.waitForEvent('load');
    await window().command('Developer: Reload Window');
    await loaded;
    await window().page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    await run('visits.ts');
    await output().getByText('this is visit 2').first().waitFor();
  });

  it('suggests a policy for what audit mode has let through', async () => {
    writePolicy({ version: 1, audit: true });
    await run('asks.ts');
    await output().getByText('read: a note').first().waitFor();
    await window().command('Apex: Suggest Sandbox Policy');
    await editor().getByText('"/app/note.txt"').first().waitFor();
    await window().command('Apex: Stop Sandbox');
  });

  it('shows what the audit log holds, and that somebody has changed it', async () => {
    await window().command('Apex: Show Sandbox Audit Report');
    await editor().getByText('Sandbox audit').first().waitFor();
    await editor().getByText('sandbox.start').first().waitFor();
    await window().screenshot('sandbox-audit');
    await window().command('Apex: Verify Sandbox Audit Log');
    await window().notification(/The audit log is whole/);
    const log = join(window().audit, 'chain-1/audit-000001.jsonl');
    writeFileSync(log, readFileSync(log, 'utf8').replace('"asks.ts"', '"other.ts"'));
    await window().command('Apex: Verify Sandbox Audit Log');
    await window().notification(/The audit log was changed: chain-1\/audit-000001\.jsonl:\d+/);
  });
});
