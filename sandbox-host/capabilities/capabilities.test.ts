import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHotStore } from '../storage/hotStore.ts';
import type { CapabilityContext } from './capability.ts';
import { CapabilityError } from './capabilityError.ts';
import { performCall } from './capabilityTable.ts';
import { Channels } from './channels.ts';
import { KeyValueStore } from './keyValueStore.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('capabilities', () => {
  let folder: string;
  let asked: string[];
  let context: CapabilityContext;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-capability-')));
    mkdirSync(join(folder, 'app/data'), { recursive: true });
    writeFileSync(join(folder, 'outside.txt'), 'secret');
    writeFileSync(join(folder, 'app/data/a.txt'), 'hello');
    symlinkSync(join(folder, 'outside.txt'), join(folder, 'app/link.txt'));
    symlinkSync(folder, join(folder, 'app/up'));
    asked = [];
    context = {
      files: { root: join(folder, 'app'), entry: '/app/main.ts', packages: new Map() },
      id: 'sandbox-1',
      store: new KeyValueStore(),
      channels: new Channels(),
      programs: () => ({ node: process.execPath }),
      permit: async (operation, resource) => {
        asked.push(`${operation} ${resource}`);
        if (resource.includes('forbidden')) throw new CapabilityError('EACCES', 'not allowed');
      },
      refuseDenied: () => {},
      untouchable: () => [join(folder, 'app/kept')],
    };
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const call = (name: string, args: unknown) => performCall(name, args, context);

  it('change nothing of what holds the program', async () => {
    mkdirSync(join(folder, 'app/kept/deep'), { recursive: true });
    writeFileSync(join(folder, 'app/kept/log'), 'kept');
    const write = (path: string) => call('fs.writeFile', { path, base64: base64('x'), append: false });
    for (const path of ['kept/log', 'kept/new', 'apex.policy.json', 'data/Base.Policy.JSON']) {
      const result = await write(path);
      assert.equal(result.ok || result.error.code, 'EACCES', path);
    }
    for (const [name, path] of [
      ['fs.mkdir', 'kept/made'],
      ['fs.rm', 'kept'],
    ] as const) {
      const result = await call(name, { path, recursive: true, force: true });
      assert.equal(result.ok || result.error.code, 'EACCES', name);
    }
    assert.equal((await call('fs.readFile', { path: 'kept/log' })).ok, true);
  });

  it('read and write files of the program, each asked of the policy', async () => {
    assert.deepEqual(await call('fs.readFile', { path: 'data/a.txt' }), {
      ok: true,
      value: { base64: base64('hello') },
    });
    await call('fs.mkdir', { path: 'new/deep', recursive: true });
    await call('fs.writeFile', { path: '/app/new/b.txt', base64: base64('x'), append: false });
    await call('fs.writeFile', { path: '/app/new/b.txt', base64: base64('y'), append: true });
    assert.equal(readFileSync(join(folder, 'app/new/b.txt'), 'utf8'), 'xy');
    assert.deepEqual(await call('fs.readdir', { path: '/app/new' }), { ok: true, value: ['b.txt', 'deep'] });
    const stat = await call('fs.stat', { path: '/app/data/a.txt' });
    assert.equal(stat.ok && (stat.value as { size: number }).size, 5);
    await call('fs.rm', { path: 'new', recursive: true, force: false });
    assert.equal(existsSync(join(folder, 'app/new')), false);
    assert.deepEqual(asked.slice(0, 2), ['fs.read /app/data/a.txt', 'fs.write /app/new/deep']);
  });

  const outside: [string, unknown][] = [
    ['fs.readFile', { path: '../outside.txt' }],
    ['fs.readFile', { path: '/etc/passwd' }],
    ['fs.readFile', { path: 'link.txt' }],
    ['fs.readFile', { path: 'up/outside.txt' }],
    ['fs.readFile', { path: '/app/../outside.txt' }],
    ['fs.readFile', { path: 'data/a.txt\0' }],
    ['fs.writeFile', { path: 'link.txt', base64: '', append: false }],
    ['fs.writeFile', { path: 'up/new.txt', base64: '', append: false }],
    ['fs.mkdir', { path: 'up/new', recursive: true }],
    ['fs.rm', { path: 'up/outside.txt', recursive: true, force: true }],
    ['fs.rm', { path: '/app', recursive: true, force: true }],
  ];
  for (const [name, args] of outside) {
    it(`${name} does not leave the folder by ${JSON.stringify(args)}`, async () => {
      const result = await call(name, args);
      assert.equal(result.ok, false);
      assert.ok(!JSON.stringify(result).includes(folder), 'names no path of this machine');
      assert.equal(readFileSync(join(folder, 'outside.txt'), 'utf8'), 'secret');
      assert.equal(existsSync(join(folder, 'new.txt')) || existsSync(join(folder, 'new')), false);
    });
  }

  it('ask the policy for the real name of a file that a link names', async () => {
    mkdirSync(join(folder, 'app/forbidden'));
    writeFileSync(join(folder, 'app/forbidden/key'), 'secret');
    symlinkSync(join(folder, 'app/forbidden'), join(folder, 'app/alias'));
    const result = await call('fs.readFile', { path: 'alias/key' });
    assert.equal(!result.ok && result.error.code, 'EACCES');
  });

  it('removes a link, not what it leads to', async () => {
    assert.equal((await call('fs.rm', { path: 'link.txt', recursive: false, force: false })).ok, true);
    assert.equal(readFileSync(join(folder, 'outside.txt'), 'utf8'), 'secret');
  });

  it('tell the code of a failure and only the path of the guest', async () => {
    const error = { code: 'ENOENT', message: 'ENOENT: gone.txt' };
    assert.deepEqual(await call('fs.readFile', { path: 'gone.txt' }), { ok: false, error });
  });

  it('refuse what they do not know and arguments of the wrong shape', async () => {
    for (const [name, args, code] of [
      ['constructor', {}, 'ERR_APEX_NO_CAPABILITY'],
      ['__proto__', {}, 'ERR_APEX_NO_CAPABILITY'],
      ['fs.readFile', { path: 5 }, 'ERR_INVALID_ARG_VALUE'],
      ['fs.readFile', null, 'ERR_INVALID_ARG_VALUE'],
      ['net.fetch', { url: 'x', method: 'GET\r\nX: y', headers: [] }, 'ERR_INVALID_ARG_VALUE'],
    ] as const) {
      const result = await call(name, args);
      assert.equal(!result.ok && result.error.code, code);
    }
    assert.deepEqual(asked, []);
  });

  it('keep values for programs with one label, up to a size', async () => {
    await call('kv.set', { key: 'a', value: '1' });
    assert.deepEqual(await call('kv.get', { key: 'a' }), { ok: true, value: '1' });
    assert.deepEqual(await call('kv.keys', {}), { ok: true, value: ['a'] });
    assert.deepEqual(await call('kv.delete', { key: 'a' }), { ok: true, value: true });
    assert.deepEqual(await call('kv.get', { key: 'a' }), { ok: true, value: null });
    for (let at = 0; at < 15; at++) context.store.set(`k${at}`, 'x'.repeat(1 << 20));
    const full = await call('kv.set', { key: 'more', value: 'x'.repeat(1 << 20) });
    assert.equal(!full.ok && full.error.code, 'ENOSPC');
    // Keys take room too.
    const flood = () => {
      for (let at = 0; ; at++) context.store.set(`${at}${'k'.repeat(1000)}`, '');
    };
    assert.throws(flood, { code: 'ENOSPC' });
    assert.ok(context.store.keys().length < 2000);
  });

  it('remove a folder only when each file in it may be removed', async () => {
    writeFileSync(join(folder, 'app/data/forbidden.txt'), 'stays');
    const removed = await call('fs.rm', { path: 'data', recursive: true, force: true });
    assert.equal(!removed.ok && removed.error.code, 'EACCES');
    assert.equal(existsSync(join(folder, 'app/data/forbidden.txt')), true);
    assert.equal(existsSync(join(folder, 'app/data/a.txt')), true);
  });

  it('read and write nothing that is no file: a pipe would hold the host', async function () {
    if (process.platform === 'win32' || spawnSync('mkfifo', [join(folder, 'app/pipe')]).status !== 0) this.skip();
    const read = await call('fs.readFile', { path: 'pipe' });
    assert.equal(!read.ok && read.error.code, 'EINVAL');
    const written = await call('fs.writeFile', { path: 'pipe', base64: '', append: false });
    assert.equal(!written.ok && written.error.code, 'ENXIO');
    const folderRead = await call('fs.readFile', { path: 'data' });
    assert.equal(!folderRead.ok && folderRead.error.code, 'EISDIR');
  });

  it('forget a value after its time, and keep the others beyond their host', async () => {
    const place = openHotStore(1 << 20);
    const { store } = context;
    await store.keep(place, 'kv');
    store.set('short', 'x', 1);
    store.set('long', 'y');
    while (store.get('short') !== null) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(store.keys(), ['long']);
    store.flush();
    const next = new KeyValueStore();
    await next.keep(place, 'kv');
    assert.deepEqual(next.keys(), ['long']);
  });

  it('carry messages to everybody who listens, in order, and make senders wait for room', async () => {
    const { channels } = context;
    channels.subscribe('c', 'one');
    channels.subscribe('c', 'two');
    assert.equal(await channels.send('c', 'one', 'hello'), 1);
    assert.equal(await channels.receive('c', 'two'), 'hello');
    for (let n = 0; n < 1000; n++) await channels.send('c', 'one', String(n));
    let sent = false;
    const last = channels.send('c', 'one', 'last').then(() => {
      sent = true;
    });
    await new Promise(setImmediate);
    assert.equal(sent, false);
    for (let n = 0; n < 1000; n++) assert.equal(await channels.receive('c', 'two'), String(n));
    await last;
    assert.equal(await channels.receive('c', 'two'), 'last');
    const waiting = channels.receive('c', 'two');
    channels.leave('two');
    assert.equal(await waiting, null);
    assert.throws(() => channels.receive('c', 'two'), { code: 'ENOTCONN' });
  });

  it('run a program that the policy names, without a shell and without the environment', async () => {
    const script =
      'process.stdin.on("data", (d) => console.log(d + process.argv[1] + process.cwd() + process.env.HOME))';
    const result = await call('process.run', { program: 'node', args: ['-e', script, '$(id) ; x'], input: 'in ' });
    const { stdout, code } = (result as { value: { stdout: string; code: number } }).value;
    assert.equal(stdout, `in $(id) ; x${join(folder, 'app')}undefined\n`);
    assert.equal(code, 0);
    assert.match(asked[0]!, /^process\.run node -e "process.* "\$\(id\) ; x"$/);
    const failed = await call('process.run', { program: 'node', args: ['-e', 'process.exit(3)'] });
    assert.equal((failed as { value: { code: number } }).value.code, 3);
    for (const [args, code] of [
      [{ program: 'sh', args: [] }, 'ENOENT'],
      [{ program: 'constructor', args: [] }, 'ENOENT'],
      [{ program: 'node', args: ['-e', 'setInterval(() => {}, 9)'], timeoutMs: 300 }, 'ETIMEDOUT'],
      [{ program: 'node', args: ['forbidden'] }, 'EACCES'],
    ] as const) {
      const refused = await call('process.run', args);
      assert.equal(!refused.ok && refused.error.code, code);
    }
  });

  describe('over the network', () => {
    let server: Server;
    let origin: string;
    before(async () => {
      server = createServer((request, response) => {
        if (request.url === '/away') response.writeHead(302, { location: '/forbidden' }).end();
        else if (request.url === '/near') response.writeHead(302, { location: '/hello' }).end();
        else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
        else
          response.end(`${request.method} ${request.headers['x-own'] ?? ''} ${request.headers.cookie ?? 'no cookie'}`);
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => server.close());
    const fetchIt = (path: string, headers: [string, string][] = []) =>
      call('net.fetch', { url: origin + path, method: 'GET', headers });

    it('fetch what the policy allows, without headers that are not the guest’s to set', async () => {
      const result = await fetchIt('/hello', [
        ['x-own', 'mine'],
        ['cookie', 'stolen=1'],
      ]);
      const { base64: body } = (result as { value: { base64: string } }).value;
      assert.equal(Buffer.from(body, 'base64').toString(), 'GET mine no cookie');
    });

    it('ask the policy for every address that a redirect names', async () => {
      assert.equal((await fetchIt('/near')).ok, true);
      assert.deepEqual(asked, [`net.request GET ${origin}/near`, `net.request GET ${origin}/hello`]);
      const away = await fetchIt('/away');
      assert.equal(!away.ok && away.error.code, 'EACCES');
      const loop = await fetchIt('/loop');
      assert.equal(!loop.ok && loop.error.code, 'ERR_TOO_MANY_REDIRECTS');
    });

    it('fetch nothing but http and https', async () => {
      for (const url of ['file:///etc/passwd', 'ftp://a.b/', 'http://user:pw@a.b/', 'nonsense']) {
        const result = await call('net.fetch', { url, method: 'GET', headers: [] });
        assert.equal(!result.ok && result.error.code, 'ERR_INVALID_URL');
      }
    });
  });
});
