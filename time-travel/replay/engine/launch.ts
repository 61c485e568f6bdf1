import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { distFolder, programPath } from '../../../runtime/programs.ts';
import { type Launch, logPath, MAIN_PROCESS } from '../../recording/layout.ts';
import { readLaunch, readMetadata } from '../../recording/metadata.ts';
import { checkLog } from '../../recording/openLog.ts';
import { findRecordedNode } from '../../recording/recordProgram.ts';
import { replayCommand, replayFolder, unrestricted } from '../../recording/replayLaunch.ts';
import { threadCommand } from '../../recording/threadCommand.ts';
import { formatRequest, THREAD_VARIABLE } from '../../recording/threadRequest.ts';
import { AGENT_VARIABLE, type AgentSettings } from '../agent/settings.ts';

/** How to start a process that replays: command, environment and the folder to run in. */
export interface ReplayCommand {
  node: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** Where this machine's processes report, and whether they can be copied. */
export type LaunchSettings = Pick<AgentSettings, 'socket' | 'koffi'>;

/** Makes the command for a process that replays; recordings and plain programs have their own. */
export interface ReplayLauncher {
  (settings: LaunchSettings): ReplayCommand;
  /** False when copies of its processes do not go on by themselves. */
  copyable?: boolean;
}

/** From here on a copy waits at its end for tasks of V8 that only a thread of the original could do. */
const NOT_COPYABLE_MAJOR = 26;

/**
 * One thread, so that a copied process is whole. Without a second one V8 stays in loops that it entered in the code of
 * its middle compiler (Maglev), where they took three to four times as long; without that entrance it goes on to
 * TurboFan's code.
 */
const COPYABLE = ['--single-threaded', '--v8-pool-size=0', '--no-maglev-osr'];

/**
 * Replays a recording.
 * `process`: one of the recording's other processes, as `processNames` has them.
 * `follow`: the program still runs, and replay waits for more where the recording ends.
 * @throws ApexError when the recording cannot be opened or its Node is not found (`nodes` are further candidates).
 */
export function recordingLauncher(
  folder: string,
  nodes: readonly string[],
  options: { follow?: boolean; process?: string } = {},
): ReplayLauncher {
  const { process: name = MAIN_PROCESS } = options;
  // Says what is wrong with a recording that cannot be opened.
  readMetadata(folder);
  const launch = readLaunch(folder, name);
  const { channel, thread } = launch;
  const node = findRecordedNode(launch.execPath, launch.version, nodes).path;
  const log = logPath(resolve(folder), name);
  // A program that is only being started has not written it.
  if (!options.follow) checkLog(log);
  const launcher: ReplayLauncher = (settings) => ({
    node,
    ...startOf(
      unrestricted(launch),
      resolve(folder),
      settings,
      agentSettings({ ...settings, log, channel, thread, follow: options.follow }),
    ),
    cwd: replayFolder(launch),
  });
  launcher.copyable = Number.parseInt(launch.version.slice(1), 10) < NOT_COPYABLE_MAJOR;
  return launcher;
}

/** The agent is preloaded into a process, or into the thread of one. */
function startOf(
  launch: Launch,
  folder: string,
  settings: LaunchSettings,
  agent: string,
): Pick<ReplayCommand, 'args' | 'env'> {
  const bundle = programPath('replayPreload.cjs');
  const copying = copyOptions(settings);
  if (!launch.thread) {
    const { words, programWords, env } = replayCommand(launch, bundle, folder);
    return { args: [...words, ...copying, ...programWords], env: { ...env, [AGENT_VARIABLE]: agent } };
  }
  const { options, env, request } = threadCommand(launch, launch.thread);
  const text = formatRequest({ ...request, bundle, data: { [AGENT_VARIABLE]: agent } });
  return {
    args: [...copying, ...options, programPath('replayThread.cjs')],
    env: { ...env, [THREAD_VARIABLE]: text },
  };
}

/** Runs a program that meets nothing outside itself again, without a recording. */
export function plainLauncher(node: string, program: string, args: string[] = [], cwd?: string): ReplayLauncher {
  return (settings) => ({
    node,
    args: [...agentOptions(settings), program, ...args],
    env: { ...process.env, [AGENT_VARIABLE]: agentSettings(settings) },
    cwd: cwd ?? dirname(program),
  });
}

const agentOptions = (settings: LaunchSettings): string[] => [
  '--expose-internals',
  '-r',
  programPath('replayPreload.cjs'),
  ...copyOptions(settings),
];

const copyOptions = ({ koffi }: LaunchSettings): string[] => (koffi ? COPYABLE : []);

function agentSettings(
  settings: LaunchSettings & Pick<AgentSettings, 'log' | 'channel' | 'thread' | 'follow'>,
): string {
  const agent: AgentSettings = { ...settings, agent: programPath('replayAgent.js'), hiddenOptions: COPYABLE };
  return JSON.stringify(agent);
}

/** Path of koffi's prebuilt addon, or undefined: then processes are not copied but run again. */
export function findKoffi(): string | undefined {
  if (process.platform !== 'linux' || process.env.APEX_NO_FORK) return undefined;
  const path = join(distFolder(), 'native', 'koffi', 'koffi.node');
  return existsSync(path) ? path : undefined;
}
