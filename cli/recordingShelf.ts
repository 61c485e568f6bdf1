import { ApexError } from '../protocol/errors.ts';
import { DEFAULT_SHELF } from '../protocol/recordings.ts';
import { recordingsFolder } from '../runtime/recordingsFolder.ts';
import { writeNotes } from '../time-travel/recording/notes.ts';
import { findRecording } from '../time-travel/recording/placeOnShelf.ts';
import { copyRecording, deleteRecording, pruneShelf } from '../time-travel/recording/shelf.ts';
import type { Command, ExitCode, Invocation } from './command.ts';

/** Options of `apex recording note` and `prune`. */
export const shelfOptions: Command['options'] = {
  title: { type: 'string' },
  text: { type: 'string' },
  pin: { type: 'boolean' },
  unpin: { type: 'boolean' },
  most: { type: 'string' },
  megabytes: { type: 'string' },
};

export const shelfUsage =
  'note RECORDING [--title TEXT] [--text TEXT] [--pin | --unpin] | copy RECORDING FOLDER | delete RECORDING... | prune [FOLDER]';

export const shelfHelp = `note    says something about a recording; an empty text removes it, --pin keeps it from being deleted to make room
copy    copies a recording into a folder
delete  deletes recordings
prune   deletes the oldest unpinned recordings until no more than --most (${DEFAULT_SHELF.most}) and --megabytes (${DEFAULT_SHELF.mostMegabytes}) are left`;

const actions: Record<string, (invocation: Invocation) => unknown> = {
  note({ positionals: [, path, ...more], options: { title, text, pin, unpin } }) {
    if (path === undefined || more.length > 0) throw wrongUse('Name one recording.');
    if (pin && unpin) throw wrongUse('Either --pin or --unpin.');
    return writeNotes(find(path), {
      ...(typeof title === 'string' && { title }),
      ...(typeof text === 'string' && { note: text }),
      ...((pin || unpin) && { pinned: pin === true }),
    });
  },
  copy({ positionals: [, path, folder, ...more] }) {
    if (path === undefined || folder === undefined || more.length > 0) throw wrongUse('Name a recording and a folder.');
    return { path: copyRecording(find(path), folder) };
  },
  delete({ positionals: [, ...paths] }) {
    if (paths.length === 0) throw wrongUse('Name the recordings.');
    const found = paths.map(find);
    for (const path of found) deleteRecording(path);
    return { deleted: found };
  },
  prune({ positionals: [, folder = recordingsFolder(), ...more], options: { most, megabytes } }) {
    if (more.length > 0) throw wrongUse('Name one folder.');
    return {
      deleted: pruneShelf({
        folder,
        most: wholeNumber(most, DEFAULT_SHELF.most),
        mostMegabytes: wholeNumber(megabytes, DEFAULT_SHELF.mostMegabytes),
      }),
    };
  },
};

const find = (named: string) => findRecording(recordingsFolder(), named);

/** Runs the action when it is one of these; gives undefined when it is not. */
export function tendShelf(action: string | undefined, invocation: Invocation): ExitCode | undefined {
  const run = action !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!run) return undefined;
  const done = run(invocation);
  if (invocation.json) process.stdout.write(`${JSON.stringify(done)}\n`);
  return 0;
}

function wholeNumber(text: unknown, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = /^\d{1,9}$/.test(String(text)) ? Number(text) : 0;
  if (number < 1) throw wrongUse(`A number from 1 is needed, not "${String(text)}".`);
  return number;
}

function wrongUse(message: string): ApexError {
  return new ApexError('wrong-use', message, `Usage: apex recording ${shelfUsage}`);
}
