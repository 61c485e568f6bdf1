/**
 * Worker threads of the program. While recording, each is started with the boundary in front and with an order of its own
 * among what Node calls the environment data of a worker, so that it writes a log into the same recording.
 */
import type { ThreadStart } from '../../recording/layout.ts';
import { parseNodeOptions } from '../../recording/nodeOptions.ts';
import { arrayConcat, isArray, mapForEach, regExpExec, SafeMap, SafeWeakMap } from '../../recording/safeBuiltins.ts';
import { state } from '../boundaryState.ts';
import { processSeed } from '../clocks/random.ts';
import { shareOutput } from '../output/outputOrder.ts';
import { internalBinding } from '../start/natives.ts';
import { BOUNDARY_VARIABLE, type BoundaryOrder, formatOrder } from '../start/order.ts';
import { makeFolder, nextName } from './children.ts';

/** The message by which Node tells a new worker what to run, as in `internal/worker`. */
interface LoadScript {
  type: 'loadScript';
  filename: string;
  doEval: false | 'classic' | 'module' | 'data-url' | 'internal';
  argv?: string[];
  hasStdin: boolean;
  environmentData: Map<unknown, unknown>;
  webWorkerData?: unknown;
}

/** Where the thread finds which environment data the program has given it. */
export const DATA_KEYS = 'APEX_BOUNDARY_KEYS';

interface Plan {
  options: string[];
  execArgv?: string[];
  name?: string;
  stackSizeMb?: number;
  sharesEnvironment?: boolean;
}

interface Owner {
  order: BoundaryOrder;
  bundle: string;
  /** Node options that threads of this one have when the program names none. */
  options: string[];
  processOptions: string[];
}

let owner: Owner | undefined;
const plans = new SafeWeakMap<object, Plan | 'unrecorded'>();

/** Recording: from now on threads of this one are recorded. Called before the program can change `process.execArgv`. */
export function recordThreads(order: BoundaryOrder, bundle: string): void {
  const { thread } = order;
  const own = thread?.options ?? arrayConcat(parseNodeOptions(process.env.NODE_OPTIONS ?? ''), process.execArgv);
  owner = { order, bundle, options: own as string[], processOptions: thread?.processOptions ?? (own as string[]) };
}

const REQUIRES = /^(-r|--require)(=|$)/;
const STACK_SIZE = 3;

/**
 * Changes the arguments of the native constructor (url, env, execArgv, limits, trackUnmanagedFds, isInternal, name), which
 * gives a thread the options of this one unless the program names an environment or options.
 */
export function planThread(args: unknown[]): Plan | 'unrecorded' {
  if (!owner || args[5]) return 'unrecorded';
  const [, env, execArgv, limits] = args;
  const stack = (limits as Float64Array | undefined)?.[STACK_SIZE];
  const plan: Plan = {
    options: owner.options,
    ...(typeof args[6] === 'string' && { name: args[6] }),
    ...(stack !== undefined && stack > 0 && { stackSizeMb: stack }),
    ...(env === undefined && { sharesEnvironment: true }),
  };
  const ownEnvironment = typeof env === 'object' && env !== null;
  if (!ownEnvironment && !isArray(execArgv)) return plan;
  const variables = (ownEnvironment ? env : process.env) as Record<string, string | undefined>;
  const fromVariable = parseNodeOptions(variables.NODE_OPTIONS ?? '');
  // What NODE_OPTIONS requires would run before the boundary is there.
  for (let i = 0; i < fromVariable.length; i++)
    if (regExpExec(REQUIRES, fromVariable[i]!) !== null) return 'unrecorded';
  const words = isArray(execArgv) ? (execArgv as unknown[]) : [];
  args[2] = arrayConcat(['--expose-internals', '-r', owner.bundle], words);
  // Native code takes what is no text as such.
  plan.options = arrayConcat(fromVariable, words).map(String);
  if (!isArray(execArgv)) plan.execArgv = [...process.execArgv];
  return plan;
}

/** The port by which the thread hears what to run. */
export function keepPlan(port: object, plan: Plan | 'unrecorded'): void {
  plans.set(port, plan);
}

/** Recording: puts the order of the thread into the message that tells it what to run. */
export function addThreadOrder(port: object, message: unknown): void {
  if (!owner || !isLoadScript(message)) return;
  // Within a thread Node has taken its native class of workers before the boundary: there is no plan.
  const plan = plans.get(port) ?? (isMainThread ? 'unrecorded' : { options: owner.options });
  const start = message;
  if (plan === 'unrecorded' || start.doEval === 'internal' || start.webWorkerData !== undefined) return;
  const data = new SafeMap<unknown, unknown>();
  const keys: unknown[] = [];
  mapForEach(start.environmentData, (value, key) => {
    data.set(key, value);
    keys[keys.length] = key;
  });
  data.set(DATA_KEYS, keys);
  data.set(BOUNDARY_VARIABLE, formatOrder(orderOf(owner, plan, start)));
  start.environmentData = data as Map<unknown, unknown>;
}

function isLoadScript(message: unknown): message is LoadScript {
  if (typeof message !== 'object' || message === null) return false;
  const { type, environmentData, ...rest } = message as Partial<LoadScript> & { publicPort?: unknown };
  return type === 'loadScript' && environmentData !== undefined && 'doEval' in rest && 'publicPort' in rest;
}

const KINDS: Record<string, ThreadStart['kind']> = { false: 'file', 'data-url': 'data' };

function orderOf({ order, processOptions }: Owner, plan: Plan, start: LoadScript): BoundaryOrder {
  makeFolder(order.folder);
  shareOutput();
  const { options, name, stackSizeMb, sharesEnvironment, execArgv } = plan;
  const [, out, err] = order.origin?.output ?? [0, 1, 2];
  return {
    mode: 'record',
    folder: order.folder,
    process: nextName(order),
    origin: { parent: order.process, event: state.events, output: [0, out!, err!] },
    thread: {
      entry: start.filename,
      kind: KINDS[String(start.doEval)] ?? 'code',
      argv: start.argv ?? [],
      hasStdin: start.hasStdin,
      options,
      processOptions,
      ...(name !== undefined && { name }),
      ...(stackSizeMb !== undefined && { stackSizeMb }),
      ...(sharesEnvironment && { sharesEnvironment }),
    },
    ...(execArgv && { execArgv }),
    ...(processSeed !== undefined && { processSeed }),
    ...(order.maxBytes !== undefined && { maxBytes: order.maxBytes }),
    ...(order.codeCache !== undefined && { codeCache: order.codeCache }),
    ...(order.redact && { redact: true }),
  };
}

export const { isMainThread, threadId } = internalBinding('worker') as { isMainThread: boolean; threadId: number };
