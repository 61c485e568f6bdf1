import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromGuestSchema } from './guestMessages.ts';
import { fromWorkerSchema } from './messages.ts';

/** Values that are nearly messages: the right names with anything behind them. */
const nearly = fc.dictionary(
  fc.constantFrom(
    'type',
    't',
    'sandbox',
    'body',
    'request',
    'specifier',
    'referrer',
    'usage',
    'error',
    'id',
    'op',
    '__proto__',
  ),
  fc.oneof(
    fc.constantFrom('post', 'load', 'idle', 'failed', 'breach', 'log', 'call', 'done', 'answer'),
    fc.jsonValue(),
  ),
);

describe('messages of a hostile worker or guest', () => {
  it('are a message of the contract or nothing, and never anything but plain data', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), nearly), (value) => {
        for (const schema of [fromWorkerSchema, fromGuestSchema]) {
          const parsed = schema.safeParse(JSON.parse(JSON.stringify(value)));
          if (parsed.success) assert.equal(Object.getPrototypeOf(parsed.data), Object.prototype);
        }
        assert.equal(Object.keys(Object.prototype).length, 0);
      }),
      { numRuns: 5000 },
    );
  });
});
