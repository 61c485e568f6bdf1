// A sandbox worker: holds isolates, relays strings, decides nothing. Started by the supervisor, inside an OS sandbox where
// there is one, and ended by SIGKILL alone.
import { readFileSync } from 'node:fs';
import { programPath } from '../../runtime/programs.ts';
import { readFrames, writeFrame } from '../bridge/frames.ts';
import type { FromWorker, ToWorker } from '../bridge/messages.ts';
import type { LoadedModule } from '../bridge/modules.ts';
import { describeGuestError } from './guestError.ts';
import { type GuestEnvironment, GuestIsolate } from './guestIsolate.ts';
import { shareRuntime } from './guestRuntime.ts';
import { loadIsolatedVm } from './loadIsolatedVm.ts';
import { Watchdog } from './watchdog.ts';

const tell = (message: FromWorker) => writeFrame(process.stdout, message);
const ivm = loadIsolatedVm();
const environment: GuestEnvironment = {
  ivm,
  runtime: shareRuntime(ivm, readFileSync(programPath('sandboxGuest.js'), 'utf8')),
  watchdog: new Watchdog(),
  tell,
};
const guests = new Map<string, GuestIsolate>();

async function create(message: Extract<ToWorker, { type: 'create' }>): Promise<void> {
  const guest = new GuestIsolate(message.sandbox, message.limits, environment, message);
  guests.set(message.sandbox, guest);
  try {
    await guest.boot(message.boot);
    tell({ type: 'created', sandbox: guest.id });
  } catch (error) {
    guests.delete(guest.id);
    const usage = guest.usage;
    guest.dispose();
    tell({ type: 'failed', sandbox: guest.id, code: 'uncaught', error: describeGuestError(error), usage });
  }
}

function receive(message: ToWorker): void {
  if (message.type === 'ping') tell({ type: 'pong', at: message.at });
  else if (message.type === 'create') void create(message);
  else {
    const guest = guests.get(message.sandbox);
    if (guest) forGuest(guest, message);
  }
}

function forGuest(guest: GuestIsolate, message: Exclude<ToWorker, { type: 'ping' | 'create' }>): void {
  if (message.type === 'run') void guest.run(message.url);
  else if (message.type === 'deliver') void guest.deliver(message.body, message.reply);
  else if (message.type === 'module') guest.moduleArrived(message.request, JSON.parse(message.module) as LoadedModule);
  else if (message.type === 'swap') void guest.swap(message.request, JSON.parse(message.modules) as LoadedModule[]);
  else if (message.type === 'suspend') guest.suspend(message.on);
  else if (message.type === 'watchState') guest.watchState(message.on, message.afterMs);
  else {
    guests.delete(guest.id);
    guest.dispose();
  }
}

// The supervisor is gone or speaks another language: nobody can end this process in an orderly way any more.
const end = () => {
  process.kill(process.pid, 'SIGKILL');
  // Still here: the first process of a namespace is not ended by a signal of its own.
  process.exit(1);
};
// A fault of ours: isolates would keep a process that has given up until it is found silent, and every sandbox in it waiting.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack}\n`);
  end();
});
// The supervisor is trusted, so its frames are not checked here; the supervisor checks everything that comes from this side.
readFrames(process.stdin, (frame) => receive(frame as ToWorker), end);
process.stdin.on('end', end);
tell({ type: 'ready', node: process.version, pid: process.pid });
