import { DatabaseSync } from 'node:sqlite';

const database = new DatabaseSync(':memory:');
database.exec('create table t (id integer primary key, name text)');
const insert = database.prepare('insert into t (name) values (?)');
for (const name of ['a', 'b', 'c']) insert.run(name);
console.log(
  database.prepare('select * from t where id > ?').all(1),
  database.prepare('select count(*) as n from t').get(),
);
database.close();
