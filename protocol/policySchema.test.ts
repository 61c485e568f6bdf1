import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { policySchema } from './policy.ts';

const PATH = join(import.meta.dirname, '../schemas/apex.policy.schema.json');

describe('the JSON schema of policies', () => {
  // The editor completes and checks policies with it; APEX_UPDATE_GOLDEN=1 writes it anew.
  it('is the one that the contract gives', () => {
    const schema = { title: 'Apex sandbox policy', ...z.toJSONSchema(policySchema, { io: 'input' }) };
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    if (process.env.APEX_UPDATE_GOLDEN) writeFileSync(PATH, text);
    assert.deepEqual(JSON.parse(readFileSync(PATH, 'utf8')), JSON.parse(text));
  });
});
