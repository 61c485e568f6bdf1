import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnDebian } from '../test/installOnDebian.ts';

installOnDebian('bubblewrap', 'bwrap');
const bin = join(import.meta.dirname, '../bin/apex');

describe('apex sandbox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'apex-cli-sandbox-'));
  const env = {
    ...process.env,
    APEX_AUDIT_LOG: join(folder, 'audit'),
    APEX_HOST_SOCKET: join(folder, 'host.sock'),
    APEX_STATE_HOME: join(folder, 'state'),
  };
  let host: ChildProcess;

  const apex = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', env });
    return { status, stdout, stderr };
  };
  const json = (...args: string[]) => JSON.parse(apex('sandbox', ...args, '--json').stdout);
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  /** Nothing interrupts a test that waits for other processes: it counts its looks itself. */
  const becomes = (look: () => string, expected: string) => {
    let seen = look();
    for (let left = 300; left > 0 && seen !== expected && seen !== 'ended'; left--) seen = look();
    assert.equal(seen, expected);
  };
  const startIdle = (name: string, ...args: string[]): string => {
    const { id } = json('start', join(folder, name), '--mode', 'development', ...args);
    becomes(() => json('show', id).status, 'idle');
    return id;
  };

  before(async () => {
    host = spawn(process.execPath, [bin, 'host', 'listen'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => host.stdout!.once('data', resolve));
    write(
      'main.ts',
      `import { state } from 'apex'; import { rate } from './rate.ts';
      const s = state('cart', { n: 1, items: ['tea'] }); globalThis.total = () => s.n * rate();`,
    );
    write('rate.ts', 'export const rate = () => 10;');
  });
  after(async () => {
    if (host.exitCode === null) {
      const exited = new Promise((resolve) => host.once('exit', resolve));
      apex('host', 'stop');
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts, shows, asks and stops a sandbox of a running host', () => {
    const id = startIdle('main.ts', '--label', 'shop');
    assert.match(apex('sandbox', 'list').stdout, new RegExp(`${id} +shop +development +idle`));
    assert.equal(apex('sandbox', 'evaluate', id, 'total()').stdout, '10\n');
    assert.equal(apex('sandbox', 'stop', id).status, 0);
    assert.equal(json('show', id).status, 'ended');
    assert.equal(apex('sandbox', 'show', 'sandbox-77').status, 2);
  });

  it('shows modules and replaces one that has changed', () => {
    const id = startIdle('main.ts');
    assert.match(apex('sandbox', 'modules', id).stdout, /\/app\/rate\.ts +esm +v1 /);
    write('rate.ts', 'export const rate = () => 20;');
    assert.equal(apex('sandbox', 'swap', id).stdout, '/app/rate.ts is version 2 now\n');
    assert.equal(apex('sandbox', 'evaluate', id, 'total()').stdout, '20\n');
    assert.equal(apex('sandbox', 'swap', id).stdout, 'No loaded file has changed.\n');
    apex('sandbox', 'stop', id);
  });

  it('takes a snapshot, shows what has changed since, restores it, and takes that back', () => {
    const id = startIdle('main.ts');
    const snapshot = apex('sandbox', 'snapshot', id, '--note', 'before').stdout.trim();
    assert.equal(apex('sandbox', 'diff', snapshot, id).status, 0);
    apex('sandbox', 'evaluate', id, 'apex.state("cart", {}).items.push("milk"), apex.state("cart", {}).n = 5');
    const diff = apex('sandbox', 'diff', snapshot, id);
    assert.equal(diff.status, 1);
    assert.equal(diff.stdout, '~ cart.n  1 → 5\n+ cart.items.1  "milk"\n');
    assert.equal(apex('sandbox', 'restore', id, snapshot).status, 0);
    assert.equal(apex('sandbox', 'state', id).stdout, 'cart.n  1\ncart.items.0  "tea"\n');
    assert.equal(apex('sandbox', 'undo', id).stdout, '0 more to undo, 1 to redo\n');
    assert.match(apex('sandbox', 'state', id).stdout, /cart\.items\.1 {2}"milk"/);
    assert.match(apex('sandbox', 'snapshots').stdout, new RegExp(`${snapshot} +main\\.ts .* before`));
    apex('sandbox', 'stop', id);
  });

  it('builds a bridge from a sandbox to the host, and carries on demand', () => {
    const id = startIdle('main.ts');
    const bridge = apex(
      'sandbox',
      'bridge',
      `${id}:cart`,
      'host:kept',
      '--when',
      'demand',
      '--exclude',
      'items',
      '--rename',
      'n=count',
    );
    assert.equal(bridge.stdout, 'bridge-1\n');
    assert.match(
      apex('sandbox', 'sync', 'bridge-1').stdout,
      /^bridge-1 +sandbox-\d+:cart → host:kept +demand +open +1 carried/,
    );
    assert.deepEqual(json('host-state', 'kept'), { count: 1 });
    assert.equal(apex('sandbox', 'unbridge', 'bridge-1').status, 0);
    assert.deepEqual(json('host-state', 'kept', '{"count":2}'), { count: 2 });
    apex('sandbox', 'stop', id);
  });

  it('moves a sandbox, grants for a time, limits the host and supervises a group', () => {
    const id = startIdle('main.ts');
    assert.equal(apex('sandbox', 'move', id, 'isolation').status, 0);
    becomes(() => json('show', id).status, 'idle');
    assert.match(apex('sandbox', 'move', id, 'development').stderr, /without being asked\.\n.*--yes/);
    apex('sandbox', 'grant', 'main.ts', 'fs.read', '/app/a', '--for', '60000');
    assert.match(apex('sandbox', 'permissions').stdout, /^main\.ts +fs\.read +\/app\/a +allowed +until 20/);
    assert.equal(apex('sandbox', 'revoke', 'main.ts', 'fs.read', '/app/a').status, 0);
    assert.equal(apex('sandbox', 'revoke', 'main.ts', 'fs.read', '/app/a').status, 1);
    assert.match(apex('sandbox', 'limits', '--sandboxes', '50').stdout, /^50 sandboxes, \d+ MiB\n$/);
    write('group.json', JSON.stringify({ name: 'shop', children: [{ name: 'main', file: 'main.ts' }] }));
    assert.match(apex('sandbox', 'group', join(folder, 'group.json')).stdout, /^shop +one_for_one +running/);
    becomes(() => json('groups')[0].status, 'ended');
    apex('sandbox', 'stop', id);
  });

  it('says when no host runs', () => {
    const { status, stderr } = apex('sandbox', 'list', '--socket', join(folder, 'none.sock'));
    assert.equal(status, 2);
    assert.match(stderr, /No sandbox host answers .*\n {2}Start one with "apex host listen"/);
  });
});
