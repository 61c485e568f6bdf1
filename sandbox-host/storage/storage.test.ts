import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BlobStore } from './blobStore.ts';
import { openColdStore } from './coldStore.ts';
import { openHotStore } from './hotStore.ts';
import { tiered } from './tieredStore.ts';
import { openWarmStore } from './warmStore.ts';

const bytes = (text: string) => Buffer.from(text);
const texts = async (store: BlobStore, ...keys: string[]) =>
  Promise.all(keys.map(async (key) => (await store.get(key))?.toString()));

describe('storage', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-storage-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const kinds: [string, () => BlobStore][] = [
    ['memory', () => openHotStore(1 << 20)],
    ['database', () => openWarmStore(join(folder, 'warm.sqlite'))],
    ['folder', () => openColdStore(join(folder, 'cold'))],
  ];
  for (const [name, open] of kinds) {
    it(`in ${name} gives back what was put, lists by prefix, deletes`, async () => {
      const store = open();
      await store.put('a/1', bytes('one'));
      await store.put('a/2', bytes('two'));
      await store.put('b_%\n/ü', bytes(''));
      await store.put('a/1', bytes('uno'));
      assert.deepEqual(await texts(store, 'a/1', 'a/2', 'b_%\n/ü', 'c'), ['uno', 'two', '', undefined]);
      assert.deepEqual(await store.keys('a/'), ['a/1', 'a/2']);
      assert.equal(await store.delete('a/1'), true);
      assert.equal(await store.delete('a/1'), false);
      assert.deepEqual(await store.keys(), ['a/2', 'b_%\n/ü']);
      store.close();
    });
  }

  it('in memory forgets what is old or was not used for longest', async () => {
    let now = 0;
    const store = openHotStore(6, () => now);
    await store.put('a', bytes('aa'), 10);
    await store.put('b', bytes('bb'));
    await store.put('c', bytes('cc'));
    await store.get('b');
    await store.put('d', bytes('dd'));
    assert.deepEqual(await store.keys(), ['b', 'c', 'd']);
    await store.put('e', bytes('ee'), 10);
    assert.deepEqual(await store.keys(), ['b', 'd', 'e']);
    now = 10;
    assert.deepEqual(await texts(store, 'e', 'b'), [undefined, 'bb']);
    await store.put('huge', bytes('1234567'));
    assert.equal(await store.get('huge'), undefined);
  });

  it('in the database forgets what is over its time', async () => {
    let now = 0;
    const store = openWarmStore(join(folder, 'w.sqlite'), () => now);
    await store.put('a', bytes('a'), 5);
    now = 5;
    assert.equal(await store.get('a'), undefined);
    assert.deepEqual(await store.keys(), []);
    store.close();
  });

  it('moves down what is not used and up what is read', async () => {
    const warm = openWarmStore(join(folder, 'w.sqlite'));
    const cold = openColdStore(join(folder, 'cold'));
    const store = tiered(openHotStore(1000), warm, cold);
    await store.put('a', bytes('a'));
    assert.equal(await store.coolDown(-1), 1);
    assert.deepEqual([await warm.keys(), await cold.keys()], [[], ['a']]);
    assert.deepEqual([await texts(store, 'a'), await warm.keys()], [['a'], ['a']]);
    assert.equal(await store.delete('a'), true);
    assert.deepEqual(await store.keys(), []);
    store.close();
  });

  it('keeps everything that was said to be kept when its process is killed', async function () {
    this.timeout(180_000);
    const script = join(folder, 'writer.ts');
    const place = (name: string) => JSON.stringify(join(import.meta.dirname, name));
    writeFileSync(
      script,
      `import { openColdStore } from ${place('coldStore.ts')}; import { openWarmStore } from ${place('warmStore.ts')};
       const warm = openWarmStore(${JSON.stringify(join(folder, 'w.sqlite'))}), cold = openColdStore(${JSON.stringify(join(folder, 'cold'))});
       for (let n = 0; ; n++) { const text = Buffer.from(String(n).repeat(1000));
         await warm.put('w', text); await cold.put('c', text); console.log(n); }`,
    );
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      told = Number(line);
      if (told === 20) child.kill('SIGKILL');
    }
    const warm = openWarmStore(join(folder, 'w.sqlite'));
    const cold = openColdStore(join(folder, 'cold'));
    for (const found of [(await warm.get('w'))!.toString(), (await cold.get('c'))!.toString()]) {
      const number = Number(found.slice(0, found.length / 1000));
      assert.ok(number >= told, `${number} is there, ${told} was told`);
      assert.equal(found, String(number).repeat(1000));
    }
    warm.close();
    assert.ok(readdirSync(join(folder, 'cold')).length <= 2);
  });
});
