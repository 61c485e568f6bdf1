import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { notesSchema, type RecordingNotes } from '../../protocol/recordings.ts';
import { readMetadata } from './metadata.ts';

const NOTES_FILE = 'notes.json';

/** What was noted about a recording; nothing when there is no note or it cannot be read. */
export function readNotes(folder: string): RecordingNotes {
  try {
    const parsed = notesSchema.safeParse(JSON.parse(readFileSync(join(folder, NOTES_FILE), 'utf8')));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

/**
 * Changes what is given and keeps the rest; an empty text removes a title or note.
 * @throws ApexError when the folder holds no recording or cannot be written
 */
export function writeNotes(folder: string, changes: RecordingNotes): RecordingNotes {
  readMetadata(folder);
  const { title, note, pinned } = { ...readNotes(folder), ...changes };
  const notes: RecordingNotes = { ...(title && { title }), ...(note && { note }), ...(pinned && { pinned }) };
  const path = join(folder, NOTES_FILE);
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(notes, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ApexError('recording-unwritable', `${path} cannot be written (${code}).`, 'Copy the recording first.');
  }
  return notes;
}
