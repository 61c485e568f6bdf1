/** The native class of worker threads: each of its objects owns a message port. */
import {
  getPrototypeOf,
  objectAssign,
  objectCreate,
  reflectConstruct,
  setPrototypeOf,
} from '../../recording/safeBuiltins.ts';
import { asyncIdCounter, setAsyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { recording } from '../boundaryState.ts';
import { shareEnvironment } from '../memory/sharedEnvironment.ts';
import { keepPlan, planThread } from '../processes/threads.ts';
import { exchangeFact } from '../start/facts.ts';
import type { NativeClass, NativeFunction } from '../start/natives.ts';
import { type ClassInfo, idOf, newStandIn, prepareHandle } from './identities.ts';
import { plainProperties, type Template } from './nativeClasses.ts';

/** Node's permission model may refuse it: then that is what the log has in its place. */
function constructOrRefuse(type: NativeClass, args: unknown[]): Record<string, unknown> {
  try {
    return reflectConstruct(type, args, type) as Record<string, unknown>;
  } catch (error) {
    throw exchangeFact(error);
  }
}

/** Options that native code refuses for a worker are a list on its object, which has no port then. */
function refusedWords(object: Record<string, unknown>): Record<string, unknown> | undefined {
  for (let i = 0; i < REFUSALS.length; i++) {
    const words = object[REFUSALS[i]!];
    if (words) return { [REFUSALS[i]!]: words };
  }
  return undefined;
}
const REFUSALS = ['invalidExecArgv', 'invalidNodeOptions'];

/** A worker: what it is made with differs from one to the next, so that each is logged. */
export function replacePortOwner(info: ClassInfo, portInfo: ClassInfo): NativeFunction {
  const { type } = info;
  const Constructor = function (this: unknown, ...args: unknown[]) {
    // The library's form of `SHARE_ENV`.
    if (args[1] === undefined && !args[5]) shareEnvironment();
    const plan = recording() ? planThread(args) : 'unrecorded';
    const counter = asyncIdCounter();
    const real = recording() ? constructOrRefuse(type, args) : undefined;
    const made = real && {
      properties: { ...plainProperties(real), ...refusedWords(real) },
      asyncIds: asyncIdCounter() - counter,
      provider: '',
    };
    const exchanged = exchangeFact(made) as Template | Error;
    if (exchanged instanceof Error) throw exchanged;
    const { properties, asyncIds } = exchanged;
    const object = real ?? (objectCreate(type.prototype) as Record<string, unknown>);
    const isRefused = refusedWords(properties) !== undefined;
    if (!real) {
      objectAssign(object, properties);
      if (!isRefused) object.messagePort = newStandIn(portInfo);
      setAsyncIdCounter(counter + asyncIds);
    }
    prepareHandle(object, info);
    idOf(object);
    // Node's library throws then.
    if (isRefused) return object;
    if (real) prepareHandle(object.messagePort as Record<string, unknown>, portInfo);
    keepPlan(object.messagePort as object, plan);
    idOf(object.messagePort as object);
    return object;
  };
  Constructor.prototype = type.prototype;
  setPrototypeOf(Constructor, getPrototypeOf(type));
  return Constructor;
}
