import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Outcome } from '../../protocol/sandbox.ts';
import { Supervisor } from './supervisor.ts';

describe('ordinary packages in a sandbox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'apex-ordinary-'));
  const { promise: ended, resolve: end } = Promise.withResolvers<Outcome>();
  let printed = '';
  const supervisor = new Supervisor({
    output: (_id, _stream, text) => {
      printed += text;
    },
    changed: () => {},
    stateChanged: () => {},
    ended: (_id, outcome) => end(outcome),
    crossing: () => {},
    ask: async () => 'never',
  });
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  after(() => {
    supervisor.close();
    rmSync(folder, { recursive: true });
  });

  it('run as they are on npm, and find what they ask of Node', async () => {
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['ajv', 'qs', 'semver', 'yaml', 'zod']) {
      symlinkSync(join(import.meta.dirname, '../../node_modules', name), join(folder, 'node_modules', name));
    }
    write('node_modules/old/package.json', '{ "name": "old", "version": "1.0.0" }');
    write(
      'node_modules/old/index.js',
      `const { inherits } = require('util');
       const { EventEmitter } = require('events');
       function Old() { EventEmitter.call(this); }
       inherits(Old, EventEmitter);
       exports.Old = Old;
       __exportStar(require('./more'), exports);
       function __exportStar(from, to) { Object.assign(to, from); }`,
    );
    write(
      'node_modules/old/more.js',
      `'use strict';
       exports.hex = (text) => Buffer.from(text).toString('hex');
       exports.production = process.env.NODE_ENV === 'production';`,
    );
    write(
      'main.mjs',
      `import Ajv from 'ajv';
       import qs from 'qs';
       import semver from 'semver';
       import { parse } from 'yaml';
       import { z } from 'zod';
       import { hex, Old, production } from 'old';
       import { Buffer as named } from 'node:buffer';
       import { EventEmitter, once } from 'node:events';
       console.log(new (Ajv.default ?? Ajv)().validate({ type: 'number' }, 1), qs.parse('a[b]=1').a.b);
       console.log(semver.gt('2.0.0', '1.9.9'), parse('a: [1, 2]').a.length, z.string().safeParse(1).success);
       const old = new Old();
       old.on('x', (value) => console.log('x', value, old instanceof Old));
       console.log(EventEmitter.name, await once(Object.assign(old, { later: queueMicrotask(() => old.emit('go', 7)) }), 'go'));
       console.log(old.emit('x', hex('hi')), production, named === Buffer, typeof process, self === globalThis);`,
    );
    await supervisor.start({ file: join(folder, 'main.mjs'), mode: 'development' });
    const outcome = await ended;
    assert.equal(outcome.ok, true, JSON.stringify(outcome));
    assert.deepEqual(printed.split('\n'), [
      'true 1',
      'true 2 false',
      'EventEmitter [ 7 ]',
      'x 6869 true',
      'true false true undefined true',
      '',
    ]);
  });
});
