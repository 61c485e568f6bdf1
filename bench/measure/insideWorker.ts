// The worker's side alone: isolates that are ready, and the time from a question's arrival to its answer. Run as a program
// of its own, under the flags of a worker; the expression is its argument.
import { readFileSync } from 'node:fs';
import { programPath } from '../../runtime/programs.ts';
import type { FromWorker } from '../../sandbox-host/bridge/messages.ts';
import { limitsFor } from '../../sandbox-host/supervisor/defaults.ts';
import { GuestIsolate } from '../../sandbox-host/worker/guestIsolate.ts';
import { shareRuntime } from '../../sandbox-host/worker/guestRuntime.ts';
import { loadIsolatedVm } from '../../sandbox-host/worker/loadIsolatedVm.ts';
import { Watchdog } from '../../sandbox-host/worker/watchdog.ts';
import { measure, print } from './percentiles.ts';

const code = process.argv[2] ?? '1';
const URL = '/app/empty.js';
const mode = 'development' as const;
let heard: (message: FromWorker) => void = () => {};
const ivm = loadIsolatedVm();
const environment = {
  ivm,
  runtime: shareRuntime(ivm, readFileSync(programPath('sandboxGuest.js'), 'utf8')),
  watchdog: new Watchdog(),
  tell: (message: FromWorker) => heard(message),
};

/** Resolves with the next message of a type. */
function next(type: FromWorker['type']): Promise<void> {
  return new Promise((resolve, reject) => {
    heard = (message) => {
      if (message.type === type) resolve();
      else if (message.type === 'failed') reject(new Error(message.error.message));
    };
  });
}

/** An isolate whose program, an empty one, has run. */
async function ready(id: string): Promise<GuestIsolate> {
  const guest = new GuestIsolate(id, limitsFor(mode), environment, { live: true, record: false });
  await guest.boot(JSON.stringify({ mode, pendingCalls: 100, live: true }));
  const idle = new Promise<void>((resolve) => {
    heard = (message) => {
      if (message.type === 'idle') resolve();
      if (message.type !== 'load') return;
      const { request } = message;
      setImmediate(() => guest.moduleArrived(request, { kind: 'esm', url: URL, source: '', typescript: false }));
    };
  });
  void guest.run(URL);
  await idle;
  return guest;
}

async function ask(guest: GuestIsolate): Promise<void> {
  const answered = next('post');
  void guest.deliver(JSON.stringify({ t: 'evaluate', id: 1, code }), false);
  await answered;
}

const guests: GuestIsolate[] = [];
for (let at = 0; at < 60; at++) guests.push(await ready(`guest-${at}`));
let at = 0;
print('sandbox, in the worker alone: first result', await measure(guests.length, () => ask(guests[at++]!)));
print('sandbox, in the worker alone: warm', await measure(2000, () => ask(guests[0]!)));
// The threads of living isolates would hold an exit up: workers too end by SIGKILL alone.
process.kill(process.pid, 'SIGKILL');
