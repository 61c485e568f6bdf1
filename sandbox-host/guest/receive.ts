import type { Calls, Send } from './dispatcher.ts';
import { inspect } from './inspect.ts';
import type { StateRegistry } from './stateRegistry.ts';
import type { ToGuest } from './wire.ts';

/** What the supervisor's messages act on. */
export interface World {
  send: Send;
  /** Says a short answer without waiting for the host. */
  tellAnswer?: (body: string) => void;
  calls: Calls;
  registry: StateRegistry;
}

/** Longer answers wait for the host, so that no more than one of them is on its way. */
const SHORT_ANSWER = 1 << 16;

/** Questions that have waited together, as JSON texts. */
export function receiveAll(text: string, world: World): void {
  for (const body of JSON.parse(text) as string[]) receive(JSON.parse(body) as ToGuest, world);
}

/** Settles the call that `message` replies to, or answers its question. */
export function receive(message: ToGuest, world: World): void {
  const { send, tellAnswer, calls, registry } = world;
  if (message.t === 'reply') {
    calls.settle(message);
    return;
  }
  const accepted = (value: unknown) => JSON.stringify({ t: 'answer', id: message.id, ok: true, value });
  const refused = (error: unknown) =>
    JSON.stringify({ t: 'answer', id: message.id, ok: false, error: reasonOf(error) });
  const say = (body: string) => void send('post', body, 0);
  // Once for each question, so that nobody can flood the host by it.
  const sayAtOnce = (body: string) => (tellAnswer && body.length <= SHORT_ANSWER ? tellAnswer(body) : say(body));
  try {
    if (message.t !== 'evaluate') {
      sayAtOnce(accepted(actOnState(message, registry)));
      return;
    }
    // biome-ignore lint/security/noGlobalEval: this is the guest's own eval inside its isolate, asked for by the host's user.
    const indirectEval = globalThis.eval;
    const value: unknown = indirectEval(message.code);
    const shown = message.json ? plain : inspect;
    // A program's own `then` may settle as often as it likes.
    if (value instanceof Promise) {
      value.then(
        (done) => say(accepted(shown(done))),
        (error) => say(refused(error)),
      );
    } else sayAtOnce(accepted(shown(value)));
  } catch (error) {
    sayAtOnce(refused(error));
  }
}

/** Gives what the answer says: the state afterwards, or nothing. @throws what the program's checks throw */
function actOnState(message: Exclude<ToGuest, { t: 'reply' | 'evaluate' }>, registry: StateRegistry): unknown {
  if (message.t === 'editState') registry.edit(message.edit);
  else if (message.t === 'replaceState') registry.replace(message.document);
  else if (message.t === 'applyChanges') {
    registry.apply(message.name, message.changes);
    return null;
  }
  return registry.read();
}

/** What was thrown may be anything, also something that throws when it is looked at. */
function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : inspect(error);
  } catch {
    return 'Something was thrown that cannot be looked at.';
  }
}

/** A value as JSON would keep it; undefined when JSON cannot. */
export function plain(value: unknown): unknown {
  try {
    const text = JSON.stringify(value);
    return text === undefined || text.length > 1 << 20 ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
