import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ApexError } from '../../protocol/errors.ts';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { recordingsFolder } from '../../runtime/recordingsFolder.ts';
import type { Metadata } from '../../time-travel/recording/metadata.ts';
import { canReadLogs } from '../../time-travel/recording/nodeCompression.ts';
import { findRecording } from '../../time-travel/recording/placeOnShelf.ts';
import { listShelf } from '../../time-travel/recording/shelf.ts';
import { type RecordingReport, verifyRecording } from '../../time-travel/recording/verifyRecording.ts';
import type { Command, ExitCode } from '../command.ts';
import { shelfHelp, shelfOptions, shelfUsage, tendShelf } from '../recordingShelf.ts';

const usage = `recording list [FOLDER] | show RECORDING | verify RECORDING | ${shelfUsage}`;

export const command: Command = {
  usage,
  help: `list    recordings in a folder (by default the one where the editor keeps them)
show    what was recorded, when, where, and how much
verify  reads every byte: exit code 0 when the recording is whole, 1 when something of it is missing or damaged
${shelfHelp}`,
  options: shelfOptions,
  async run(invocation) {
    const { positionals, json } = invocation;
    const [action, named, ...more] = positionals;
    const tended = tendShelf(action, invocation);
    if (tended !== undefined) return tended;
    const known = action === 'list' || ((action === 'show' || action === 'verify') && named !== undefined);
    if (!known || more.length > 0) {
      throw new ApexError('wrong-use', 'Say list, show, verify, note, copy, delete or prune.', `Usage: apex ${usage}`);
    }
    if (action === 'list') return list(named, json);
    const path = findRecording(recordingsFolder(), named!);
    if (!canReadLogs()) return onPinnedNode(action!, path, json);
    return action === 'show' ? show(path, json) : verify(path, json);
  },
};

/** The Node that runs the command line may be too old to read logs. */
function onPinnedNode(action: string, path: string, json: boolean): ExitCode {
  const words = [process.argv[1]!, 'recording', action, path, ...(json ? ['--json'] : [])];
  return spawnSync(findPinnedNode().path, words, { stdio: 'inherit' }).status ?? 2;
}

const print = (text: string) => process.stdout.write(`${text}\n`);
const outcome = ({ ended }: Metadata) =>
  ended ? (ended.signal ?? `exit code ${ended.code}`) : 'not ended, or ended with its recorder';

function list(named: string | undefined, json: boolean): ExitCode {
  const folder = named ?? recordingsFolder();
  if (named && !existsSync(named)) {
    throw new ApexError('folder-not-found', `There is no folder ${named}.`, 'Check the path.');
  }
  const found = listShelf(folder);
  if (json) print(JSON.stringify(found));
  else if (found.length === 0) print(`No recordings in ${folder}.`);
  else {
    for (const { path, metadata, problem } of found) {
      print(metadata ? `${path}  ${metadata.started}  ${metadata.command.join(' ')}` : `${path}  ${problem}`);
    }
  }
  return 0;
}

function show(path: string, json: boolean): ExitCode {
  const report = verifyRecording(path);
  if (json) print(JSON.stringify(report));
  else print(describe(report));
  return 0;
}

function describe({ metadata, logs, unrecorded = [] }: RecordingReport): string {
  const lines = [
    `command   ${metadata.command.join(' ')}`,
    `folder    ${metadata.cwd}`,
    `started   ${metadata.started}`,
    `ended     ${outcome(metadata)}${metadata.ended ? ` after ${(metadata.ended.durationMs / 1000).toFixed(1)} s` : ''}`,
    `node      ${metadata.node} (${metadata.platform}-${metadata.arch})`,
    ...(metadata.gitCommit ? [`commit    ${metadata.gitCommit}`] : []),
  ];
  for (const { name, state, events, crossings, bytes, rawBytes, ...origin } of logs) {
    lines.push(
      `${origin.thread === undefined ? 'process' : 'thread '}   ${name}: ${state}, ${events} events, ${crossings} crossings, ${bytes} B (${rawBytes} B raw)`,
    );
    if (origin.parent !== undefined) {
      const { parent, startedAtEvent, pid, words = [] } = origin;
      const who = origin.thread === undefined ? `pid ${pid}` : `thread ${origin.thread} of pid ${pid}`;
      lines.push(`          started by ${parent} after event ${startedAtEvent}, ${who}: ${words.join(' ')}`);
    }
  }
  for (const { node, words } of unrecorded) {
    lines.push(`process   without a log, since Apex records Node 22, 24 and 26: ${words.join(' ')} (Node ${node})`);
  }
  return lines.join('\n');
}

function verify(path: string, json: boolean): ExitCode {
  const report = verifyRecording(path);
  if (json) print(JSON.stringify(report));
  else if (report.whole) print(`${path} is whole.`);
  else {
    for (const { name, state, events } of report.logs) {
      if (state === 'torn') print(`${path}: the log of ${name} ends before the program did, after event ${events}.`);
      if (state === 'damaged') print(`${path}: the log of ${name} is damaged behind event ${events}.`);
    }
    if (report.logs.length === 0) print(`${path} has no log.`);
  }
  return report.whole ? 0 : 1;
}
