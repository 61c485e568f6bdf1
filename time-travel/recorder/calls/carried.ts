/** Properties that native code sets right before it calls a handler: they travel as one more argument of its event. */

import { internalBinding } from '../start/natives.ts';
import { HANDLER_NAMES } from './handlerSlots.ts';
import { classOf } from './identities.ts';

const { owner_symbol: ownerSymbol } = internalBinding('symbols') as { owner_symbol: symbol };

interface Carried {
  /** Number of arguments that native code passes. */
  args: number;
  /** The value, or undefined when there is none. */
  take(object: object): unknown;
  put(object: object, value: unknown): void;
  /** Name of the class whose handler it is, where others have one of the same name with other arguments. */
  only?: string;
}

interface Channel {
  pendingHandle?: unknown;
}
interface TlsOwner {
  servername?: unknown;
}
const ownerOf = (object: object) => (object as Record<symbol, TlsOwner | undefined>)[ownerSymbol];

const rules: (Carried | undefined)[] = HANDLER_NAMES.map(() => undefined);

/** A channel between processes: a handle that came with the bytes. */
rules[HANDLER_NAMES.indexOf('onread')] = {
  args: 1,
  take: (object) => (object as Channel).pendingHandle ?? undefined,
  put(object, handle) {
    (object as Channel).pendingHandle = handle;
  },
};
/** A TLS server: the name that the client asked for, on the JavaScript socket. */
const serverName = (args: number): Carried => ({
  args,
  take: (object) => ownerOf(object)?.servername ?? undefined,
  put(object, name) {
    const owner = ownerOf(object);
    if (owner) owner.servername = name;
  },
});
rules[HANDLER_NAMES.indexOf('onhandshakedone')] = serverName(0);
rules[HANDLER_NAMES.indexOf('oncertcb')] = serverName(1);
rules[HANDLER_NAMES.indexOf('onerror')] = { ...serverName(1), only: 'TLSWrap' };

function ruleOf(object: object, handler: number): Carried | undefined {
  const rule = rules[handler];
  return rule?.only !== undefined && classOf(object)?.name !== rule.only ? undefined : rule;
}

/** Recording: the arguments of an event, with what is carried behind them. */
export function withCarried(object: object, handler: number, args: unknown[]): unknown[] {
  const rule = ruleOf(object, handler);
  const value = rule?.take(object);
  if (value === undefined) return args;
  const more: unknown[] = [];
  for (let i = 0; i < rule!.args; i++) more[i] = args[i];
  more[rule!.args] = value;
  return more;
}

/** Replay: puts back what was carried, and takes it off the arguments. */
export function takeCarried(object: object, handler: number, args: unknown[]): void {
  const rule = ruleOf(object, handler);
  if (!rule || args.length <= rule.args) return;
  rule.put(object, args[rule.args]);
  args.length = rule.args;
}
