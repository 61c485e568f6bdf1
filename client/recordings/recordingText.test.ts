import assert from 'node:assert/strict';
import type { KeptRecording } from '../../protocol/recordings.ts';
import { recordingLabel, recordingLine, recordingTooltip, size } from './recordingText.ts';

const started = '2026-11-20T10:00:00.000Z';
const recording: KeptRecording = {
  path: '/shelf/one',
  bytes: 30_850,
  notes: {},
  metadata: {
    node: 'v24.21.0',
    command: ['--expose-gc', 'src/server.ts', '--port', '1'],
    cwd: '/shop',
    started,
    ended: { code: 1, durationMs: 1250 },
  },
};

describe('text of recordings', () => {
  it('calls a recording by its title, else by its program', () => {
    assert.equal(recordingLabel(recording), 'server.ts');
    assert.equal(recordingLabel({ ...recording, notes: { title: 'The lost cents' } }), 'The lost cents');
    assert.equal(recordingLabel({ ...recording, metadata: undefined }), 'one');
  });

  for (const [minutes, expected] of [
    [0, 'just now · 1.3 s · 30 kB · exit code 1'],
    [59, '59 min ago · 1.3 s · 30 kB · exit code 1'],
    [61, '1 h ago · 1.3 s · 30 kB · exit code 1'],
    [60 * 30, 'yesterday · 1.3 s · 30 kB · exit code 1'],
    [60 * 24 * 5, '5 days ago · 1.3 s · 30 kB · exit code 1'],
  ] as const) {
    it(`says on one line: ${expected}`, () =>
      assert.equal(recordingLine(recording, Date.parse(started) + minutes * 60_000), expected));
  }

  it('says what is wrong with one that cannot be opened', () => {
    const broken = { ...recording, metadata: undefined, problem: 'recording.json is damaged.' };
    assert.equal(recordingLine(broken), 'recording.json is damaged.');
  });

  it('gives sizes in the unit that reads best', () => {
    assert.deepEqual([0, 1023, 1024, 10_240, 5_000_000, 3e9].map(size), [
      '0 B',
      '1023 B',
      '1.0 kB',
      '10 kB',
      '4.8 MB',
      '2.8 GB',
    ]);
  });

  it('shows notes as text, not as Markdown of their own', () => {
    const text = recordingTooltip({ ...recording, notes: { note: '[click](command:x) *now*' } });
    assert.match(text, /\\\[click\\\]\\\(command:x\\\) \\\*now\\\*$/);
  });
});
