// mask: /tmp/[\w/.-]+
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const folder = mkdtempSync(join(tmpdir(), 'apex-sqlite-'));
const file = join(folder, 'shop.db');
class Shop extends DatabaseSync {
  count() {
    return this.prepare('SELECT count(*) AS n FROM item').get().n;
  }
}
const shop = new Shop(file);
shop.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, code BLOB)');
const insert = shop.prepare('INSERT INTO item (name, code) VALUES (?, ?)');
for (const name of ['pear', 'plum']) console.log(insert.run(name, new Uint8Array([1, 2])));
console.log(shop.prepare('SELECT * FROM item').all(), shop.count(), shop instanceof DatabaseSync);
for (const row of shop.prepare('SELECT id FROM item').iterate()) console.log(row);
shop.function('twice', (value) => value * 2);
console.log(shop.prepare('SELECT twice(id) AS id FROM item WHERE name = $name').get({ $name: 'plum' }));
for (const wrong of [() => shop.exec('nonsense'), () => shop.prepare(3), () => insert.run('a', 'b', 'c')]) {
  try {
    wrong();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
shop.close();
try {
  shop.exec('SELECT 1');
} catch (error) {
  console.log(error.code, error.message);
}
rmSync(folder, { recursive: true });
