import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { readFrames, writeFrame } from './frames.ts';

/** Feeds chunks to a reader and gives what it made of them. */
async function read(chunks: (string | Buffer)[], maxFrame?: number) {
  const stream = new PassThrough();
  const frames: unknown[] = [];
  const broken: string[] = [];
  readFrames(
    stream,
    (frame) => frames.push(frame),
    (reason) => broken.push(reason),
    maxFrame,
  );
  for (const chunk of chunks) stream.write(chunk);
  await new Promise((resolve) => setImmediate(resolve));
  return { frames, broken };
}

describe('frames between supervisor and worker', () => {
  it('arrive whole however the stream is cut', async () => {
    const messages = fc.array(fc.jsonValue(), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(messages, fc.integer({ min: 1, max: 40 }), async (values, size) => {
        const stream = new PassThrough();
        for (const value of values) writeFrame(stream, value);
        const bytes: Buffer = stream.read() ?? Buffer.alloc(0);
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        assert.deepEqual(await read(chunks), { frames: JSON.parse(JSON.stringify(values)), broken: [] });
      }),
      { numRuns: 50 },
    );
  });

  it('that are no JSON end the conversation, once', async () => {
    assert.deepEqual(await read(['1\nnot json\n2\nalso not\n']), { frames: [1], broken: ['a frame is not JSON'] });
  });

  it('that never end are not collected for ever', async () => {
    const { frames, broken } = await read(['"', 'x'.repeat(60), 'y'.repeat(60)], 100);
    assert.deepEqual({ frames, broken }, { frames: [], broken: ['a frame is longer than 100 characters'] });
  });
});
