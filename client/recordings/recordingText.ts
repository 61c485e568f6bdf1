import { basename } from 'node:path';
import { howEnded, type KeptRecording, recordedProgram } from '../../protocol/recordings.ts';

/** What a recording is called: the user's title, else its program. */
export function recordingLabel({ notes, metadata, path }: KeptRecording): string {
  return notes.title ?? (metadata ? basename(recordedProgram(metadata.command)) : basename(path));
}

/** When, how long, how large and how it ended, on one line. */
export function recordingLine({ metadata, problem, bytes }: KeptRecording, now = Date.now()): string {
  if (!metadata) return problem ?? 'cannot be opened';
  const { started, ended } = metadata;
  const parts = [ago(now - Date.parse(started)), ...(ended ? [seconds(ended.durationMs)] : []), size(bytes)];
  return [...parts, howEnded(ended)].join(' · ');
}

/** Everything that is known, as Markdown for the hover. */
export function recordingTooltip(recording: KeptRecording): string {
  const { notes, metadata, path, bytes, problem } = recording;
  const rows: [string, string | undefined][] = [
    ['Program', metadata?.command.join(' ')],
    ['Folder', metadata?.cwd],
    ['Started', metadata && new Date(metadata.started).toLocaleString()],
    ['Ran', metadata?.ended && seconds(metadata.ended.durationMs)],
    ['Ended', metadata && howEnded(metadata.ended)],
    ['Node', metadata?.node],
    ['Size', size(bytes)],
    ['Kept in', path],
    ['Problem', problem],
  ];
  const known = rows.filter((row): row is [string, string] => row[1] !== undefined);
  const note = notes.note ? `\n\n${escapeMarkdown(notes.note)}` : '';
  return `${known.map(([name, value]) => `${name}: ${escapeMarkdown(value)}`).join('  \n')}${note}`;
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

function seconds(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

function ago(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, '\\$&');
}
