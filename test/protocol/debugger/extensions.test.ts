import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestSchemas } from '../../../debug-adapter/requests.ts';
import { timeRequests } from '../../../protocol/debug.ts';

describe('docs/protocol-extensions.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/protocol-extensions.md'), 'utf8');
  const rows = new Map([...page.matchAll(/^\| `(apex\/\w+)` \| (.*?) \|/gm)].map(([, name, args]) => [name!, args!]));

  it('lists every request that the adapter adds, and no other', () => {
    assert.deepEqual([...rows.keys()].sort(), Object.values(timeRequests).sort());
  });

  for (const name of Object.values(timeRequests)) {
    it(`names the arguments of ${name}`, () => {
      const schema = requestSchemas[name];
      const documented = [...rows.get(name)!.matchAll(/`(\w+)(\??)`/g)].map(([, key, optional]) => [
        key,
        optional === '?',
      ]);
      const shape = 'shape' in schema ? Object.entries(schema.shape) : [];
      const actual = shape.map(([key, field]) => [key, field.safeParse(undefined).success]);
      assert.deepEqual(documented, actual);
    });
  }
});
