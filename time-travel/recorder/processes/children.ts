/**
 * Child processes of the program. While recording, those that run Node are started with the boundary in front, so that each
 * writes a log of its own into the same recording.
 */
import type { Channel, Origin } from '../../recording/layout.ts';
import { PROCESSES_FOLDER } from '../../recording/layout.ts';
import { isRestricted } from '../../recording/nodeOptions.ts';
import { regExpExec, startsWith, stringSlice } from '../../recording/safeBuiltins.ts';
import { state } from '../boundaryState.ts';
import { shareOutput } from '../output/outputOrder.ts';
import { realNatives } from '../start/natives.ts';
import { BOUNDARY_VARIABLE, type BoundaryOrder, formatOrder } from '../start/order.ts';

/** What the native `spawn` functions take; more is in it that does not matter here. */
interface SpawnOptions {
  file: string;
  /** With the program's own name in front. */
  args?: string[];
  /** `NAME=VALUE` */
  envPairs?: string[];
  stdio?: { type: string; fd?: number }[];
}

interface Parent {
  order: BoundaryOrder;
  /** Absolute path of the preloaded bundle. */
  bundle: string;
}

/** Undefined in replay. */
let parent: Parent | undefined;
let execPath = '';
let last = 0;
let folderMade = false;

export function recordChildren(order: BoundaryOrder, bundle: string): void {
  parent = { order, bundle };
  execPath = process.execPath;
}

export const nextName = (order: BoundaryOrder): string => `${order.process}-${++last}`;

/**
 * With these Node refuses to load the boundary, runs something else than a program, or waits for a debugger that drives it
 * from outside.
 */
const NOT_RECORDED =
  /^--(experimental-)?permission\b|^--build-(snapshot|sea)|^--snapshot-blob|^--experimental-sea-config|^--prof-process|^--inspect-(brk|wait)\b/;
/** A process that only starts another, again and again. Under `--test` it is one that runs tests. */
const WATCHES = /^--watch(-path)?(=|$)/;

/** Recording: puts the boundary into the arguments of a native `spawn` function. */
export function addBoundary(args: unknown[]): void {
  if (typeof args[0] === 'object' && args[0] !== null) {
    args[0] = withBoundary(args[0] as SpawnOptions);
    return;
  }
  // Node 24 and later: file, args, cwd, envPairs, stdio ...
  const file = args[0];
  if (typeof file !== 'string') return;
  const changed = withBoundary({ file, args: args[1], envPairs: args[3], stdio: args[4] } as SpawnOptions);
  args[1] = changed.args;
  args[3] = changed.envPairs;
}

function withBoundary(options: SpawnOptions): SpawnOptions {
  if (!parent) return options;
  const name = nextName(parent.order);
  const args = options.args ?? [];
  if (isLeftOut(args) || isRestricted([], nodeOptionsIn(options.envPairs ?? []))) return options;
  makeFolder(parent.order.folder);
  const direct = options.file === execPath && !(args[1] !== undefined && startsWith(args[1], '--run'));
  return direct ? nodeOptions(parent, options, name) : shellOptions(parent, options, name);
}

function isLeftOut(args: readonly string[]): boolean {
  let watches = false;
  let tests = false;
  for (let i = 1; i < args.length; i++) {
    if (regExpExec(NOT_RECORDED, args[i]!) !== null) return true;
    if (regExpExec(WATCHES, args[i]!) !== null) watches = true;
    if (args[i] === '--test') tests = true;
  }
  return watches && !tests;
}

export function makeFolder(folder: string): void {
  if (folderMade) return;
  folderMade = true;
  try {
    realNatives.mkdir(`${folder}/${PROCESSES_FOLDER}`);
  } catch {
    // The folder of the recording is gone: the child says so itself when it cannot open its log.
  }
}

/** Node itself: the boundary's options stand before its own, its channel is opened when the boundary is armed. */
function nodeOptions({ order, bundle }: Parent, options: SpawnOptions, name: string): SpawnOptions {
  const { env, taken } = takeVariables(options.envPairs ?? []);
  const child: BoundaryOrder = {
    mode: 'record',
    folder: order.folder,
    process: name,
    origin: originOf(order, options),
  };
  if (order.maxBytes !== undefined) child.maxBytes = order.maxBytes;
  if (order.codeCache !== undefined) child.codeCache = order.codeCache;
  if (order.redact) child.redact = true;
  const channel = channelOf(taken);
  if (channel) child.channel = channel;
  const args = options.args ?? [];
  const own = nodeOptionsIn(env);
  if (own !== undefined) child.nodeOptions = own;
  // The modules that NODE_OPTIONS requires come before those of the command line.
  const requires = own !== undefined && regExpExec(/(^|[\s"])(-r|--require)([\s="]|$)/, own) !== null;
  const words: string[] = [args[0] ?? options.file, '--expose-internals'];
  if (!requires) words[2] = '-r';
  if (!requires) words[3] = bundle;
  for (let i = 1; i < args.length; i++) words[words.length] = args[i]!;
  const more = withVariable(env, BOUNDARY_VARIABLE, formatOrder(child));
  const envPairs = requires ? withVariable(more, 'NODE_OPTIONS', `--require ${quoted(bundle)} ${own}`) : more;
  return { ...options, args: words, envPairs };
}

/** Something else, which may start Node: `NODE_OPTIONS` loads a file that starts that Node again with the boundary. */
function shellOptions({ order, bundle }: Parent, options: SpawnOptions, name: string): SpawnOptions {
  const env = options.envPairs ?? [];
  if (typeof (process as { execve?: unknown }).execve !== 'function') return options;
  for (let i = 0; i < env.length; i++) if (startsWith(env[i]!, 'NODE_CHANNEL_FD=')) return options;
  const own = nodeOptionsIn(env);
  const child: BoundaryOrder = {
    mode: 'record',
    folder: order.folder,
    process: name,
    origin: originOf(order, options),
    shared: true,
    ...(order.maxBytes !== undefined && { maxBytes: order.maxBytes }),
    ...(order.codeCache !== undefined && { codeCache: order.codeCache }),
    ...(order.redact && { redact: true }),
  };
  if (own !== undefined) child.nodeOptions = own;
  const entry = `--require ${quoted(entryOf(bundle))}`;
  const more = withVariable(env, BOUNDARY_VARIABLE, formatOrder(child));
  return { ...options, envPairs: withVariable(more, 'NODE_OPTIONS', own ? `${entry} ${own}` : entry) };
}

function nodeOptionsIn(env: readonly string[]): string | undefined {
  let own: string | undefined;
  for (let i = 0; i < env.length; i++) if (startsWith(env[i]!, 'NODE_OPTIONS=')) own = stringSlice(env[i]!, 13);
  return own;
}

const entryOf = (bundle: string): string => {
  const slash = regExpExec(/[/\\][^/\\]*$/, bundle);
  return `${slash ? stringSlice(bundle, 0, (slash as unknown as { index: number }).index) : '.'}/boundaryEntry.cjs`;
};

/** As Node reads words of `NODE_OPTIONS`. */
function quoted(path: string): string {
  let text = '"';
  for (let i = 0; i < path.length; i++) text += path[i] === '"' || path[i] === '\\' ? `\\${path[i]}` : path[i];
  return `${text}"`;
}

const CHANNEL_VARIABLES = ['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', 'NODE_UNIQUE_ID'];

/** Node would act on these before the boundary is armed. */
function takeVariables(pairs: readonly string[]): { env: string[]; taken: Record<string, string> } {
  const env: string[] = [];
  const taken: Record<string, string> = { __proto__: null } as unknown as Record<string, string>;
  let hasChannel = false;
  for (let i = 0; i < pairs.length; i++) if (startsWith(pairs[i]!, 'NODE_CHANNEL_FD=')) hasChannel = true;
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i]!;
    let name: string | undefined;
    for (let v = 0; v < CHANNEL_VARIABLES.length; v++) {
      if (startsWith(pair, `${CHANNEL_VARIABLES[v]}=`)) name = CHANNEL_VARIABLES[v];
    }
    if (name && hasChannel) taken[name] = stringSlice(pair, name.length + 1);
    else env[env.length] = pair;
  }
  return { env, taken };
}

function channelOf(taken: Record<string, string>): Channel | undefined {
  const { NODE_CHANNEL_FD: fd, NODE_CHANNEL_SERIALIZATION_MODE: mode, NODE_UNIQUE_ID: workerId } = taken;
  if (fd === undefined) return undefined;
  return { fd: Number(fd), serialization: mode || 'json', ...(workerId !== undefined && { workerId }) };
}

function withVariable(pairs: readonly string[], name: string, value: string): string[] {
  const others: string[] = [];
  for (let i = 0; i < pairs.length; i++) if (!startsWith(pairs[i]!, `${name}=`)) others[others.length] = pairs[i]!;
  others[others.length] = `${name}=${value}`;
  return others;
}

/** Descriptors of a child that lead where those of the main process lead. */
function originOf(order: BoundaryOrder, { stdio }: SpawnOptions): Origin {
  const own = order.origin?.output ?? [0, 1, 2];
  const output = [0, 0, 0];
  for (let fd = 0; fd < 3; fd++) {
    const entry = stdio?.[fd];
    const source = entry?.fd ?? (entry?.type === 'inherit' ? fd : undefined);
    if (source !== undefined && (entry?.type === 'inherit' || entry?.type === 'fd')) output[fd] = own[source] ?? 0;
  }
  if (output[1] || output[2]) shareOutput();
  return { parent: order.process, event: state.events, output };
}
