import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describingHooks } from './decoder.ts';
import { Entry } from './entryKinds.ts';
import { type LogSource, mapLog } from './logFrames.ts';
import { LogReader } from './logReader.ts';
import { type LogSink, LogWriter } from './logWriter.ts';
import { nodeCompression } from './nodeCompression.ts';

const encoderHooks = {
  sharedIndex: () => undefined,
  sharedLength: () => 0,
  memoryNumber: () => 0,
  copy(source: ArrayBufferView, target: Uint8Array, at: number, start: number, count: number) {
    target.set(new Uint8Array(source.buffer, source.byteOffset + start, count), at);
  },
  knownId: () => undefined,
  className: () => undefined,
  flatten: () => undefined,
  newId: () => 0,
  promiseId: () => 0,
};

function memorySink(): LogSink & { bytes: Buffer } {
  return {
    bytes: Buffer.alloc(0),
    write(bytes, position) {
      if (position + bytes.length > this.bytes.length) {
        this.bytes = Buffer.concat([this.bytes, Buffer.alloc(position + bytes.length - this.bytes.length)]);
      }
      this.bytes.set(bytes, position);
    },
    truncate(length) {
      this.bytes = this.bytes.subarray(0, length);
    },
  };
}

const sourceOf = (bytes: Uint8Array): LogSource => ({
  size: bytes.length,
  read: (position, length) => bytes.subarray(position, position + length),
});

/** Values up to the end, and why it is the end. */
function readAll(bytes: Uint8Array): { values: unknown[]; ended: string | undefined } {
  const reader = new LogReader(sourceOf(bytes), nodeCompression, describingHooks());
  const values: unknown[] = [];
  for (;;) {
    const kind = reader.kind();
    if (kind === undefined) return { values, ended: reader.ended };
    values.push(reader.decoder.value());
    if (kind === Entry.end) return { values, ended: 'complete' };
  }
}

/** A log of several chunks, flushed now and then; `close` false leaves it as a killed program does. */
function makeLog(entries: number, close: boolean): Buffer {
  const sink = memorySink();
  const writer = new LogWriter(encoderHooks, sink, nodeCompression);
  for (let i = 0; i < entries; i++) {
    writer.entry(i === entries - 1 && close ? Entry.end : Entry.fact);
    writer.encoder.value(`entry ${i} ${'x'.repeat((i * 37) % 500)}`);
    if (i % 50 === 0) writer.flush();
  }
  if (close) writer.close();
  else writer.flush();
  return sink.bytes;
}

const ENTRIES = 3000;

describe('a log that grows', () => {
  it('is followed over pieces and closed chunks to its end', () => {
    const sink = memorySink();
    const source: LogSource = { size: 0, read: (at, length) => sink.bytes.subarray(at, at + length) };
    const writer = new LogWriter(encoderHooks, sink, nodeCompression);
    let written = 0;
    let turn = 0;
    // Now and then nothing has come, or less than a piece, or more than a chunk.
    const steps = [0, 1, 3, 0, 700, 2, 2000, 0, 1];
    const write = () => {
      const count = Math.min(steps[turn++ % steps.length]!, ENTRIES - written);
      for (let i = 0; i < count; i++) {
        writer.entry(written === ENTRIES - 1 ? Entry.end : Entry.fact);
        writer.encoder.value(`entry ${written++} ${'x'.repeat((written * 37) % 500)}`);
      }
      writer.flush();
      if (written === ENTRIES) writer.close();
    };
    const reader = new LogReader(source, nodeCompression, describingHooks(), write);
    let seen = 0;
    for (let kind = reader.kind(); ; kind = reader.kind()) {
      assert.ok(kind !== undefined, 'there is no end before the last entry');
      assert.match(String(reader.decoder.value()), new RegExp(`^entry ${seen++} `));
      if (kind === Entry.end) break;
    }
    assert.equal(seen, ENTRIES);
  });
});

describe('a log', () => {
  it('is read back over several chunks', () => {
    const { values, ended } = readAll(makeLog(ENTRIES, true));
    assert.equal(values.length, ENTRIES);
    assert.ok(values.every((value, index) => String(value).startsWith(`entry ${index} `)));
    assert.equal(ended, 'complete');
  });

  it('that was not closed is read up to its last flush', () => {
    const { values, ended } = readAll(makeLog(ENTRIES, false));
    assert.equal(values.length, ENTRIES);
    assert.equal(ended, 'torn');
  });

  const closed = makeLog(ENTRIES, true);
  const open = makeLog(ENTRIES, false);
  const whole = readAll(closed).values;

  it('that was cut gives a prefix of its entries', () => {
    fc.assert(
      fc.property(fc.constantFrom(closed, open), fc.nat(), (log, cut) => {
        const bytes = log.subarray(0, cut % log.length);
        const { values, ended } = readAll(bytes);
        assert.deepEqual(values, whole.slice(0, values.length));
        assert.notEqual(ended, 'complete');
      }),
      { numRuns: 300 },
    );
  });

  it('with a changed byte gives a prefix of its entries, never another value', () => {
    fc.assert(
      fc.property(fc.constantFrom(closed, open), fc.nat(), fc.integer({ min: 1, max: 255 }), (log, at, change) => {
        const bytes = Buffer.from(log);
        bytes[at % bytes.length]! ^= change;
        const { values } = readAll(bytes);
        assert.deepEqual(values, whole.slice(0, values.length));
      }),
      { numRuns: 500 },
    );
  });

  it('of foreign bytes has no entries', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        assert.deepEqual(readAll(bytes).values, []);
      }),
    );
  });

  it('stops where the disk is full, and says so; whoever writes meets no error', () => {
    for (const room of [16, 40, 3000, 60_000, 300_000]) {
      const sink = memorySink();
      const { write } = sink;
      sink.write = function (bytes, position) {
        if (position + bytes.length <= room) return write.call(this, bytes, position);
        // A part is written first, as a file system does.
        if (position < room) write.call(this, bytes.subarray(0, room - position), position);
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      };
      const writer = new LogWriter(encoderHooks, sink, nodeCompression);
      for (let i = 0; i < 3000; i++) {
        writer.entry(i === 2999 ? Entry.end : Entry.fact);
        writer.encoder.value(`entry ${i} ${randomBytes(200).toString('latin1')}`);
        if (i % 50 === 0) writer.flush();
      }
      writer.close();
      assert.ok(sink.bytes.length <= room);
      const { values, ended } = readAll(sink.bytes);
      assert.equal(ended, room >= 3000 ? 'stopped' : 'torn', `${room}`);
      assert.ok(values.every((value, index) => String(value).startsWith(`entry ${index} `)));
    }
  });
});

describe('the log of a killed program', () => {
  it('has nothing behind its last piece, also when an earlier chunk was longer before it was compressed', () => {
    const sink = memorySink();
    const writer = new LogWriter(encoderHooks, sink, nodeCompression);
    let entries = 0;
    const add = (count: number) => {
      for (const end = entries + count; entries < end; entries++) {
        writer.entry(Entry.fact);
        writer.encoder.value('x'.repeat(1000));
      }
      writer.flush();
    };
    while (mapLog(sourceOf(sink.bytes), nodeCompression).chunks.length === 0) add(100);
    add(1);
    const map = mapLog(sourceOf(sink.bytes), nodeCompression);
    assert.deepEqual([map.pieces.length > 0, map.unreadable], [true, 0]);
    assert.equal(readAll(sink.bytes).values.length, entries);
  });
});
