import type { inspect } from 'node:util';
import type { WriteFinder } from '../instrument/instrument.ts';
import type { ProbeAccess } from '../instrument/realm.ts';
import type { Boundary, ReplayDivergence } from './boundary.ts';
import type { Channel } from './channel.ts';
import type { InternalRequire } from './codeHooks.ts';
import type { Libc } from './libc.ts';
import type { Pause } from './pause.ts';
import type { Points } from './points.ts';
import type { CallTracker, Scripts, ScriptVisitor } from './scripts.ts';

/** What the agent gets from whoever loads it into the replaying process, before any of the program runs. */
export interface AgentHost {
  /** The program's global object; the agent itself lives in a realm of its own, which the program cannot change. */
  realm: typeof globalThis;
  require: InternalRequire;
  boundary: Boundary;
  /** Names of scripts whose frames are not the program's. */
  ownFiles: string[];
  /** The program's natives answer from a recording. */
  recorded: boolean;
  probes: ProbeAccess;
  /** Absent where processes cannot be copied; then the process does one job. */
  libc?: Libc;
  channel: Channel;
  connect(): Channel;
  /** Ends the process at once, without running anything of the program. */
  exit(code: number): never;
  processId: number;
  now(): number;
}

/** The agent as the one who loaded it uses it. */
export interface RunningAgent {
  /** Stands before the program's first statement until there is a job. */
  begin(): void;
  transformCommonJs(source: string, filename: string): string;
  mapFrames(frames: NodeJS.CallSite[]): NodeJS.CallSite[];
  exit(code: number): never;
}

/** The state of one replaying process, shared by the jobs. */
export interface Agent extends AgentHost {
  points: Points;
  scripts: Scripts;
  pause: Pause;
  /** Taken before the program could change it. */
  inspect: typeof inspect;
  /** Set by the job that wants to know; called when the program has ended. */
  atEnd: (exitCode: number | undefined, divergence?: ReplayDivergence) => void;
  visitor: ScriptVisitor | undefined;
  /** Has something done each time that replay waits for a recording that still grows. */
  onWait(action: () => void): void;
  /** Sources as a branch has them, by path. */
  edits: ReadonlyMap<string, string>;
  /** Probes at writes that the job wants in a script. */
  findWrites: (path: string) => WriteFinder | undefined;
  /** What the job wants to know of the calls of a script's functions. */
  track: CallTracker | undefined;
  /** Copies this process; true in the copy, which has a channel of its own. */
  copy(): boolean;
  /** Stays here as a checkpoint until told to do a job, which a copy of this process then does. */
  park(): void;
  pauseHere(): void;
  /** Milliseconds of a processor that the way from the beginning took; 0 where processes cannot be copied. */
  spent(): number;
}
