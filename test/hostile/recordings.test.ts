// Recordings that somebody or something has changed. `APEX_FUZZ=10000 npm test -- hostile` tries more of them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ApexError } from '../../protocol/errors.ts';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { programPath } from '../../runtime/programs.ts';
import { FRAME_MAGIC, FRAME_SIZE, Frame, HEADER_SIZE, putU32 } from '../../time-travel/recording/logFormat.ts';
import { mapLog } from '../../time-travel/recording/logFrames.ts';
import { nodeCompression } from '../../time-travel/recording/nodeCompression.ts';
import { recordProgram } from '../../time-travel/recording/recordProgram.ts';
import { verifyRecording } from '../../time-travel/recording/verifyRecording.ts';

const ROUNDS = Number(process.env.APEX_FUZZ ?? 300);
/** A replay is a process: one in so many changes is also replayed. */
const REPLAYED = 10;
const PATIENCE_MS = 60_000;

const PROGRAM = `
const fs = require('node:fs');
const { createHash, randomUUID } = require('node:crypto');
console.log(process.pid > 0, new Date().getTime() > 0, randomUUID().length);
console.log(createHash('sha256').update(fs.readFileSync(__filename)).digest('hex').length);
fs.promises.readdir(__dirname).then((names) => console.log(names.length));
const server = require('node:http').createServer((_, response) => response.end('hello'));
server.listen(0, '127.0.0.1', async () => {
  const answer = await fetch('http://127.0.0.1:' + server.address().port);
  console.log(await answer.text());
  server.close();
  server.closeAllConnections();
});
`;

/** One change of a file's bytes; numbers are taken modulo what there is. */
type Change =
  | { kind: 'flip'; at: number; bits: number }
  | { kind: 'cut'; at: number }
  | { kind: 'remove' | 'repeat' | 'zero'; at: number; length: number }
  | { kind: 'insert'; at: number; bytes: Uint8Array }
  | { kind: 'largest number'; at: number };

const place = fc.nat({ max: 0x7fffffff });
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bits: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({
    kind: fc.constantFrom('remove' as const, 'repeat' as const, 'zero' as const),
    at: place,
    length: fc.integer({ min: 1, max: 400 }),
  }),
  fc.record({ kind: fc.constant('insert' as const), at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }) }),
  fc.record({ kind: fc.constant('largest number' as const), at: place }),
);

function apply(bytes: Buffer, change: Change): Buffer {
  const at = bytes.length === 0 ? 0 : change.at % bytes.length;
  const before = bytes.subarray(0, at);
  if (change.kind === 'cut') return Buffer.from(before);
  if (change.kind === 'insert') return Buffer.concat([before, change.bytes, bytes.subarray(at)]);
  if (change.kind === 'flip') {
    const flipped = Buffer.from(bytes);
    if (flipped.length > 0) flipped[at]! ^= change.bits;
    return flipped;
  }
  if (change.kind === 'largest number') return Buffer.concat([before, Buffer.alloc(8, 0xff), bytes.subarray(at + 8)]);
  const piece = bytes.subarray(at, at + change.length);
  const instead = { remove: [], zero: [Buffer.alloc(piece.length)], repeat: [piece, piece] }[change.kind];
  return Buffer.concat([before, ...instead, bytes.subarray(at + piece.length)]);
}

/** Space between the values of a JSON text is no change. */
function sameJson(one: Buffer, other: Buffer): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(one.toString()), JSON.parse(other.toString()));
  } catch {
    return false;
  }
}

/** The entries of a log, as they were before they were compressed. */
function entriesOf(log: Buffer): Buffer {
  const source = { size: log.length, read: (at: number, length: number) => log.subarray(at, at + length) };
  const { chunks } = mapLog(source, nodeCompression);
  return Buffer.concat(
    chunks.map(({ kind, position, storedLength, rawLength }) => {
      const stored = log.subarray(position, position + storedLength);
      return kind === Frame.zstd ? nodeCompression.decompress(stored, rawLength) : stored;
    }),
  );
}

/** A log that says all is well with `entries`: what somebody writes who knows the format. */
function sealed(header: Buffer, entries: Buffer): Buffer {
  const frame = Buffer.alloc(FRAME_SIZE);
  const numbers = [FRAME_MAGIC, Frame.stored, 0, 0, entries.length, entries.length];
  for (const [index, number] of numbers.entries()) putU32(frame, index * 4, number);
  putU32(frame, 24, nodeCompression.crc32(entries, nodeCompression.crc32(frame.subarray(0, 24), 0)));
  return Buffer.concat([header, frame, entries]);
}

describe('recordings that were changed', function () {
  this.timeout(20 * 60_000);
  let scratch: string;
  let whole: string;
  let changed: string;
  let round = 0;

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'apex-hostile-recording-'));
    whole = join(scratch, 'whole');
    changed = join(scratch, 'changed');
    const script = join(scratch, 'program.cjs');
    writeFileSync(script, PROGRAM);
    const attach = (child: { stdout: { resume(): void } | null }) => child.stdout?.resume();
    await recordProgram({ out: whole, words: [script], node: findPinnedNode(), attach });
    assert.equal(verifyRecording(whole).whole, true);
    assert.equal(replay(whole), 0);
  });
  beforeEach(() => {
    round = 0;
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  /** The exit code of `apex replay --check`, which ends by itself and never with a trace of our own. */
  function replay(folder: string): number | null {
    const words = [programPath('cli.mjs'), 'replay', folder, '--check'];
    const { status, signal, stderr } = spawnSync(findPinnedNode().path, words, {
      encoding: 'utf8',
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    });
    assert.equal(signal, null, 'a replay that does not end');
    assert.doesNotMatch(stderr, /cli\.mjs:|time-travel\/|Segmentation|FATAL/, stderr);
    return status;
  }

  function writeChanged(file: string, bytes: Buffer): void {
    rmSync(changed, { recursive: true, force: true });
    cpSync(whole, changed, { recursive: true });
    writeFileSync(join(changed, file), bytes);
  }

  function isWhole(folder: string): boolean {
    try {
      return verifyRecording(folder).whole;
    } catch (error) {
      assert.ok(error instanceof ApexError, String((error as Error).stack));
      return false;
    }
  }

  it('are told from whole ones, and never run as if they were', () => {
    const files = readdirSync(whole);
    const property = fc.property(fc.constantFrom(...files), changes, (file, change) => {
      const bytes = readFileSync(join(whole, file));
      const now = apply(bytes, change);
      if (now.equals(bytes) || (file.endsWith('.json') && sameJson(now, bytes))) return;
      writeChanged(file, now);
      assert.equal(isWhole(changed), false);
      if (round++ % REPLAYED === 0) assert.ok([1, 2].includes(replay(changed) ?? -1));
    });
    fc.assert(property, { numRuns: ROUNDS });
  });

  it('end a replay in an orderly way even when their checksums are right', () => {
    const log = readFileSync(join(whole, 'main.log'));
    const entries = entriesOf(log);
    writeChanged('main.log', sealed(log.subarray(0, HEADER_SIZE), entries));
    const same = spawnSync(findPinnedNode().path, [programPath('cli.mjs'), 'replay', changed], { encoding: 'utf8' });
    assert.match(same.stdout, /hello\n$/, same.stderr);

    const property = fc.property(changes, (change) => {
      writeChanged('main.log', sealed(log.subarray(0, HEADER_SIZE), apply(entries, change)));
      isWhole(changed);
      if (round++ % REPLAYED === 0) assert.ok([0, 1, 2].includes(replay(changed) ?? -1));
    });
    fc.assert(property, { numRuns: ROUNDS });
  });
});
