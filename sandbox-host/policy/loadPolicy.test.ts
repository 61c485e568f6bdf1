import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { loadPolicy, tightest } from './loadPolicy.ts';
import { PolicyFile } from './policyFile.ts';

describe('policy files', () => {
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-policy-')));
  });
  after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, policy: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof policy === 'string' ? policy : JSON.stringify(policy));
    return path;
  };

  it('inherit rules, and the tightest limits', () => {
    write('base.json', {
      version: 1,
      limits: { isolation: { memoryMb: 32, wallMs: 5000 } },
      forbiddenModules: ['a'],
      rules: [{ effect: 'deny', operations: ['fs.*'] }],
    });
    const policy = loadPolicy(
      write('own.json', {
        version: 1,
        extends: ['./base.json'],
        limits: { isolation: { memoryMb: 64, wallMs: 1000 } },
        forbiddenModules: ['b'],
        rules: [{ effect: 'allow', operations: ['fs.read'] }],
      }),
    );
    assert.deepEqual(policy.limits.isolation, { memoryMb: 32, wallMs: 1000 });
    assert.deepEqual(policy.forbiddenModules, ['a', 'b']);
    assert.deepEqual(
      policy.rules.map(({ rule }) => rule.effect),
      ['deny', 'allow'],
    );
    assert.deepEqual(policy.files, [join(folder, 'base.json'), join(folder, 'own.json')]);
  });

  it('are read once each, however many ways lead to one', () => {
    write('end.json', { version: 1, rules: [{ effect: 'deny', operations: ['fs.*'] }] });
    for (let level = 0; level < 30; level++) {
      const next = level === 0 ? './end.json' : `./level${level - 1}.json`;
      write(`level${level}.json`, { version: 1, extends: [next, next] });
    }
    assert.equal(loadPolicy(join(folder, 'level29.json')).rules.length, 1);
  });

  it('are not read without end', () => {
    for (let level = 0; level < 101; level++) {
      write(`chain${level}.json`, { version: 1, extends: [`./chain${level + 1}.json`] });
    }
    write('chain101.json', { version: 1 });
    assert.throws(() => loadPolicy(join(folder, 'chain0.json')), { code: 'policy-invalid' });
  });

  it('take 0 for no limit when they are compared', () => {
    assert.deepEqual(tightest({ wallMs: 0 }, { wallMs: 5 }), { wallMs: 5 });
    assert.deepEqual(tightest({ wallMs: 5 }, { wallMs: 0 }), { wallMs: 5 });
  });

  const broken: [string, unknown, string, RegExp][] = [
    ['no JSON', '{', 'policy-invalid', /is not JSON/],
    [
      'an unknown effect',
      { version: 1, rules: [{ effect: 'maybe', operations: ['*'] }] },
      'policy-invalid',
      /rules\.0\.effect/,
    ],
    ['an unknown field', { version: 1, rule: [] }, 'policy-invalid', /rule/],
    ['another version', { version: 2 }, 'policy-invalid', /version/],
    ['a base that is not there', { version: 1, extends: ['./gone.json'] }, 'policy-not-found', /extended by/],
    ['a circle', { version: 1, extends: ['./broken.json'] }, 'policy-cycle', /extend each other/],
  ];
  for (const [name, policy, code, message] of broken) {
    it(`with ${name} are refused with the place`, () => {
      assert.throws(() => loadPolicy(write('broken.json', policy)), { code, message });
    });
  }

  it('hold as they are in the end, when one changes while the others are read', async () => {
    const rule = (effect: string) => ({ version: 1, rules: [{ effect, operations: ['kv.read'] }] });
    const many = Array.from({ length: 300 }, (_, at) => ({
      effect: 'ask',
      operations: ['env.read'],
      resources: [`${at}`],
    }));
    const first = write('first.json', rule('allow'));
    // Enough of them that they are read while the first one changes.
    const bases = Array.from({ length: 60 }, (_, at) => write(`later-${at}.json`, { version: 1, rules: many }));
    const path = write('racing.json', { version: 1, extends: [first, ...bases] });
    const begun = new Int32Array(new SharedArrayBuffer(4));
    const writer = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       parentPort.postMessage('ready');
       Atomics.wait(workerData.begun, 0, 0);
       Atomics.wait(workerData.begun, 0, 1, 10);
       require('node:fs').writeFileSync(workerData.first, workerData.text);`,
      { eval: true, workerData: { begun, first, text: JSON.stringify(rule('deny')) } },
    );
    const written = once(writer, 'exit');
    await once(writer, 'message');
    Atomics.store(begun, 0, 1);
    Atomics.notify(begun, 0);
    const file = new PolicyFile(path, () => {});
    try {
      await written;
      const asked = { operation: 'kv.read', resource: 'a', mode: 'isolation', label: 'x' } as const;
      while (file.engine.decide(asked).effect !== 'deny') await new Promise(setImmediate);
      assert.equal(file.engine.decide(asked).byDefault, undefined);
    } finally {
      file.close();
    }
  });

  it('are loaded again when they change, and kept when the change is broken', async () => {
    const path = write('live.json', { version: 1, rules: [{ effect: 'allow', operations: ['kv.read'] }] });
    const events: { reloaded: boolean; resolve?: () => void }[] = [];
    let heard: () => void = () => {};
    const file = new PolicyFile(path, (event) => {
      events.push(event);
      heard();
    });
    const next = () =>
      new Promise<void>((resolve) => {
        heard = resolve;
      });
    const asked = { operation: 'kv.read', resource: 'a', mode: 'isolation', label: 'x' } as const;
    try {
      assert.equal(file.engine.decide(asked).effect, 'allow');
      let changed = next();
      write('live.json', { version: 1, rules: [{ effect: 'deny', operations: ['kv.read'] }] });
      await changed;
      assert.equal(file.engine.decide(asked).effect, 'deny');
      changed = next();
      write('live.json', '{ broken');
      await changed;
      assert.equal(file.engine.decide(asked).effect, 'deny');
      assert.deepEqual(
        events.map((event) => event.reloaded),
        [true, false],
      );
    } finally {
      file.close();
    }
  });
});
