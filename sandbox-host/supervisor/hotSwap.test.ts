import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartParams } from '../../protocol/sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { Supervisor } from './supervisor.ts';

describe('modules of a running sandbox', () => {
  let folder: string;
  let supervisor: Supervisor;
  let printed: string;
  let idle: PromiseWithResolvers<void>;
  let ended: PromiseWithResolvers<string>;
  const auditLog = process.env.APEX_AUDIT_LOG;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-swap-'));
    process.env.APEX_AUDIT_LOG = join(folder, 'audit');
    printed = '';
    idle = Promise.withResolvers();
    ended = Promise.withResolvers();
    supervisor = new Supervisor({
      output: (_id, _stream, text) => {
        printed += text;
      },
      changed: ({ status }) => {
        if (status === 'idle') idle.resolve();
      },
      stateChanged: () => {},
      ended: (_id, outcome) => {
        ended.resolve(outcome.ok ? 'fine' : outcome.failure.message);
        idle.resolve();
      },
    });
  });
  afterEach(() => {
    supervisor.close();
    if (auditLog === undefined) delete process.env.APEX_AUDIT_LOG;
    else process.env.APEX_AUDIT_LOG = auditLog;
    rmSync(folder, { recursive: true });
  });

  const write = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  };
  const start = async (files: Record<string, string>, params: Partial<StartParams> = {}): Promise<Sandbox> => {
    write(files);
    const file = join(folder, Object.keys(files)[0]!);
    const sandbox = await supervisor.start({ file, mode: 'development', keep: true, ...params });
    await idle.promise;
    return sandbox;
  };

  it('are replaced under their importers, which do not run again; state stays', async () => {
    const sandbox = await start({
      'main.ts': `import { state } from 'apex'; import { price } from './price.ts';
        console.log('main'); const s = state('s', { n: 1 }); s.n++;
        globalThis.total = () => price(s.n); globalThis.same = s;`,
      'price.ts': `import { rate } from './rate.cjs'; export const price = (n: number) => n * rate;`,
      'rate.cjs': `exports.rate = 10;`,
    });
    assert.equal(await sandbox.evaluate('total()'), '20');
    write({ 'rate.cjs': 'exports.rate = 100;' });
    const first = await supervisor.swap(sandbox.plan.id);
    assert.deepEqual(first.swapped, [{ url: '/app/rate.cjs', version: 2 }]);
    assert.equal(await sandbox.evaluate('total()'), '200');
    write({
      'price.ts': `import { state } from 'apex'; import { rate } from './rate.cjs';
        export const price = (n: number) => -n * rate; globalThis.sameState = state('s', {}) === same;`,
    });
    await supervisor.swap(sandbox.plan.id, [join(folder, 'price.ts')]);
    assert.equal(await sandbox.evaluate('[total(), sameState].join()'), "'-200,true'");
    assert.equal(printed, 'main\n');
    assert.deepEqual((await supervisor.swap(sandbox.plan.id)).swapped, []);
  });

  it('stay as they are when the new version fails: state, timers and exports too', async () => {
    const sandbox = await start({
      'main.ts': `import { state } from 'apex'; import { f } from './part.ts';
        globalThis.s = state('s', { n: 1, list: [1] }); globalThis.f = () => f();`,
      'part.ts': `export function f() { return 'old'; }`,
    });
    const broken = {
      thrown: `import { state } from 'apex'; export function f() { return 'new'; }
        state('s', {}).n = 99; state('s', {}).list.push(2); setInterval(() => {}, 5); throw new Error('no');`,
      syntax: `export function f( { return 'new'; }`,
      missing: `import './gone.ts'; export function f() { return 'new'; }`,
    };
    for (const text of Object.values(broken)) {
      write({ 'part.ts': text });
      await assert.rejects(supervisor.swap(sandbox.plan.id), { code: 'swap-failed' });
      assert.equal(await sandbox.evaluate('[f(), s.n, s.list.length].join()'), "'old,1,1'");
    }
    assert.equal(sandbox.info.status, 'idle');
    write({ 'part.ts': `export function f() { return 'good'; }` });
    await supervisor.swap(sandbox.plan.id);
    assert.equal(await sandbox.evaluate('f()'), "'good'");
  });

  it('clean up after themselves, and say which exports are gone', async () => {
    const sandbox = await start({
      'main.ts': `import * as part from './part.ts'; globalThis.part = part;`,
      'part.ts': `export let a = 1, b = 2; import.meta.hot.dispose(() => console.log('disposed'));`,
    });
    write({ 'part.ts': 'export default class {}; export let a = 3;' });
    const { removed, problems } = await supervisor.swap(sandbox.plan.id);
    assert.deepEqual({ removed, problems }, { removed: ['/app/part.ts: b'], problems: [] });
    assert.equal(await sandbox.evaluate('[part.a, part.b].join()'), "'3,2'");
    assert.equal(printed, 'disposed\n');
  });

  it('are shown with what they import, circles and packages', async () => {
    const sandbox = await start({
      'main.ts': `import './a.ts'; import 'node:path';`,
      'a.ts': `import './b.ts'; export {};`,
      'b.ts': `import './a.ts'; export {};`,
    });
    const { modules, cycles } = sandbox.plan.modules.graph();
    assert.deepEqual(modules.map(({ url, imports }) => [url, ...imports.toSorted()].join(' ')).sort(), [
      '/app/a.ts /app/b.ts',
      '/app/b.ts /app/a.ts',
      '/app/main.ts /app/a.ts path',
      'path',
    ]);
    assert.deepEqual(
      cycles.map((cycle) => cycle.toSorted()),
      [['/app/a.ts', '/app/b.ts']],
    );
  });

  it('are scanned before they are loaded, also before they are replaced', async () => {
    const harmful = `import express from 'express';
      express().get('/', (request) => eval(request.query.code));`;
    await start({ 'main.ts': `import './bad.js';`, 'bad.js': harmful }, { scan: 'high' });
    assert.match(
      await ended.promise,
      /^"\.\/bad\.js" is not loaded: the scan found \S+ \((high|critical)\) at \/app\/bad\.js:2: /,
    );
    idle = Promise.withResolvers();
    const sandbox = await start(
      { 'other.ts': `import './good.js';`, 'good.js': 'export default 1;' },
      { scan: 'high' },
    );
    write({ 'good.js': harmful });
    await assert.rejects(supervisor.swap(sandbox.plan.id), { code: 'module-refused' });
  });

  it('have stacks that name the lines of their source', async () => {
    await start(
      {
        'main.ts': `enum Size {\n  S = 1,\n  L = 2,\n}\n\nfunction f(size: Size): never {\n  throw new Error('at ' + size);\n}\nf(Size.L);`,
      },
      { keep: false },
    );
    const failure = supervisor.list().at(-1)?.outcome;
    assert.match(!failure?.ok ? (failure?.failure.stack ?? '') : '', /at f \(\/app\/main\.ts:7:9\)/);
  });

  it('can be a text that no file holds', async () => {
    const sandbox = await start(
      { 'main.ts': 'export const two: number = 2;' },
      { source: `import { two } from './main.ts'; globalThis.got = two;` },
    );
    assert.equal(await sandbox.evaluate('got'), '2');
  });
});
