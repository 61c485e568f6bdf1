import assert from 'node:assert/strict';
import { describeGuestError, describeSyntaxError, guestStack } from './guestError.ts';

describe("a guest's error", () => {
  it('loses every frame behind the boundary', () => {
    const stack = [
      'TypeError: boom',
      '    at f (/app/a.js:1:2)',
      '    at start (apex:runtime:1:9)',
      '    at (<isolated-vm boundary>)',
      '    at turn (file:///usr/lib/apex/worker.mjs:1:1)',
    ].join('\n');
    assert.equal(guestStack(stack), 'TypeError: boom\n    at f (/app/a.js:1:2)');
  });

  it('is described when it is no error', () => {
    assert.deepEqual(describeGuestError('text'), { name: 'Error', message: "Uncaught 'text'" });
    assert.deepEqual(describeGuestError({ message: 5, name: null }), { name: 'Error', message: '' });
  });

  it('names no place of the engine that holds it', () => {
    const { message } = describeGuestError(new RangeError('Maximum call stack size exceeded [<isolated-vm>:0:0]'));
    assert.equal(message, 'Maximum call stack size exceeded');
  });

  it('is cut when it is huge', () => {
    const error = describeGuestError(new Error('x'.repeat(100_000)));
    assert.equal(error.message.length, 20_000);
    assert.ok(error.stack!.length <= 40_000);
  });

  it('of syntax has its place in front', () => {
    const error = new SyntaxError("Unexpected token ';' [/app/a.js:3:5]");
    assert.deepEqual(describeSyntaxError(error), {
      name: 'SyntaxError',
      message: "Unexpected token ';'",
      stack: "/app/a.js:3:5\nSyntaxError: Unexpected token ';'",
    });
  });
});
