import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { parseHitCondition } from './hitCondition.ts';
import { parseLogMessage } from './logMessage.ts';
import { frame, readMessages } from './messageStream.ts';
import { duration } from './position.ts';
import { type RemoteObject, valueText } from './values.ts';

describe('debug adapter: hit counts', () => {
  for (const [text, expected] of Object.entries({
    3: [3, 4, 5],
    '= 3': [3],
    '>3': [4, 5],
    '<= 2': [1, 2],
    '%2': [2, 4],
  })) {
    it(text, () => assert.deepEqual([1, 2, 3, 4, 5].filter(parseHitCondition(text)), expected));
  }
  for (const text of ['', 'x', '> ', '=> 3', '%%2', '-1']) {
    it(`refuses "${text}"`, () => assert.throws(() => parseHitCondition(text), /is no hit count/));
  }
});

describe('debug adapter: log messages', () => {
  const print = (message: string, ...values: string[]) => {
    const { expressions, text } = parseLogMessage(message);
    return [expressions, text(values)];
  };
  it('finds expressions, also with braces of their own', () => {
    assert.deepEqual(print('n is {n} of {[{ a: 1 }][0].a}!', '5', '1'), [['n', '[{ a: 1 }][0].a'], 'n is 5 of 1!']);
  });
  it('leaves other braces alone', () => {
    assert.deepEqual(print('a \\{b\\} {} {c'), [[], 'a {b} {} {c']);
  });
});

describe('debug adapter: messages', () => {
  it('reads frames however they are cut, between rubbish', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { minLength: 1 }),
        fc.integer({ min: 1, max: 7 }),
        async (list, size) => {
          const stream = new PassThrough();
          const seen: unknown[] = [];
          readMessages(
            stream,
            (message) => seen.push(message),
            () => {},
          );
          const rubbish = Buffer.from('no header\r\n\r\n');
          const bytes = Buffer.concat(list.flatMap((message) => [rubbish, frame(message)]));
          for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
          await new Promise<void>((done) => stream.end(done));
          await new Promise(setImmediate);
          assert.deepEqual(seen, JSON.parse(JSON.stringify(list)));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('debug adapter: texts', () => {
  it('chooses the unit of a duration', () => {
    assert.deepEqual([0.05, 1.234, 12.34, 312.4, 3100, 125_000].map(duration), [
      '50 µs',
      '1.23 ms',
      '12.3 ms',
      '312 ms',
      '3.10 s',
      '2 min 5 s',
    ]);
  });

  for (const [expected, value] of [
    ["'it\\'s\\n'", { type: 'string', value: "it's\n" }],
    ['null', { type: 'object', subtype: 'null', value: null }],
    ['-0', { type: 'number', unserializableValue: '-0', description: '-0' }],
    ['ƒ twice(x) {', { type: 'function', description: 'function twice(x) {\n return x }' }],
    ['class Till', { type: 'function', description: 'class Till { a() {} }' }],
    ['Error: boom', { type: 'object', subtype: 'error', description: 'Error: boom\n    at x' }],
  ] satisfies [string, RemoteObject][]) {
    it(`shows ${expected}`, () => assert.equal(valueText(value), expected));
  }
});
