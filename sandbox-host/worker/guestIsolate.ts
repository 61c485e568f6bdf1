import type IsolatedVM from 'isolated-vm';
import type { Limits, Usage } from '../../protocol/sandbox.ts';
import { isTooLong } from '../bridge/frames.ts';
import type { Breach, FromWorker, GuestError } from '../bridge/messages.ts';
import type { LoadedModule } from '../bridge/modules.ts';
import { CrossingRecorder, moduleRecorder } from './crossingRecorder.ts';
import { withinBounds } from './frameBounds.ts';
import { describeGuestError, describeSyntaxError } from './guestError.ts';
import { type Enter, startRuntime } from './guestRuntime.ts';
import { GuestTimers } from './guestTimers.ts';
import { performLocal } from './localOperations.ts';
import { ModuleLoader, ModuleRefused } from './moduleLoader.ts';
import { isMessage, parseNames } from './runtimeMessages.ts';
import { StateReporter } from './stateReporter.ts';
import { withPlainSource } from './transform.ts';
import type { Watchdog, Watched } from './watchdog.ts';

/** What every guest of a worker shares. */
export interface GuestEnvironment {
  ivm: typeof IsolatedVM;
  /** What `shareRuntime` gives. */
  runtime: IsolatedVM.ExternalCopy<string>;
  watchdog: Watchdog;
  tell(message: FromWorker): void;
}

/**
 * How often one looks whether a disposed isolate has let go before only the end of the process helps, and milliseconds from
 * look to look. Looks, not a time: when the machine holds this thread up, it holds that of the guest up, too.
 */
const STUCK_AFTER_LOOKS = 20;
const LOOK_AGAIN_MS = 5;
/** Entering an isolate costs more than a short question; many would make a long turn. */
const QUESTIONS_PER_TURN = 16;
const IDLE_INTERVAL_MS = 50;
const MAX_SPECIFIER = 4096;
const IMPORT_CODES = { 'module-refused': 'EACCES', 'module-not-found': 'ERR_MODULE_NOT_FOUND' } as const;
/** One isolate with one context: the world of one sandbox. Entered asynchronously only, so that it never blocks the worker. */
export class GuestIsolate {
  readonly id: string;
  readonly #live: boolean;
  readonly #recorder: CrossingRecorder | undefined;
  readonly #environment: GuestEnvironment;
  readonly #isolate: IsolatedVM.Isolate;
  readonly #watched: Watched;
  readonly #timers = new GuestTimers((id) => this.#turn('timer', '', id));
  readonly #modules = new Map<number, (module: LoadedModule) => void>();
  #enter: Enter | undefined;
  #loader: ModuleLoader | undefined;
  #turns = 0;
  #held = 0;
  #calls = 0;
  #requests = 0;
  #finished = false;
  /** Resolves when its program has been entered: a question before that would find nothing of it. */
  readonly #begun = Promise.withResolvers<void>();
  #hasBegun = false;
  #ended = false;
  #suspended: PromiseWithResolvers<void> | undefined;
  readonly #questions: string[] = [];
  #asking = false;
  #idleToldAt = -Infinity;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #stateReporter = new StateReporter({
    read: () => this.#readState(),
    tell: (document) => this.#environment.tell({ type: 'state', sandbox: this.id, document }),
  });

  constructor(
    id: string,
    limits: Limits,
    environment: GuestEnvironment,
    { live, record }: { live: boolean; record: boolean },
  ) {
    this.id = id;
    this.#live = live;
    this.#recorder = record
      ? new CrossingRecorder((lines) => environment.tell({ type: 'crossings', sandbox: id, lines }))
      : undefined;
    this.#environment = environment;
    this.#isolate = new environment.ivm.Isolate({
      memoryLimit: limits.memoryMb,
      // V8 has lost the isolate and maybe more: nothing in this process can be trusted to go on.
      onCatastrophicError: () => process.kill(process.pid, 'SIGKILL'),
    });
    this.#watched = {
      limits,
      startedAt: performance.now(),
      turnStartedAt: undefined,
      cpuMs: () => (this.#isolate.isDisposed ? 0 : Number(this.#isolate.cpuTime) / 1e6),
      breach: (breach) => void this.#onBreach(breach),
    };
  }

  async boot(boot: string): Promise<void> {
    const { ivm, runtime } = this.#environment;
    const recorder = this.#recorder;
    recorder?.add({ t: 'boot', text: boot });
    const context = await this.#isolate.createContext();
    const send = new ivm.Callback(
      (...message: unknown[]) => {
        if (!isMessage(message)) return this.#misused();
        const [channel, text, number] = message;
        const answer = this.#onSend(channel, text, number);
        recorder?.add({ t: 'send', channel, text, number, ...(answer !== undefined && { answer }) });
        return answer;
      },
      {
        sync: true,
      },
    );
    const request = (specifier: string, referrer: string, required?: boolean) =>
      this.#requestModule(specifier, referrer, required);
    const loadSync = new ivm.Reference(async (specifier: string, referrer: string) => {
      const answer = JSON.stringify(withPlainSource(await this.#requestModule(specifier, referrer, true)));
      recorder?.add({ t: 'load', specifier, referrer, answer });
      return answer;
    });
    const answer = recorder ? undefined : new ivm.Callback((body: unknown) => this.#post(body), { ignored: true });
    this.#enter = await startRuntime(context, runtime, { send, loadSync, boot, answer });
    this.#loader = new ModuleLoader(this.#isolate, context, request, {
      live: this.#live,
      ...(recorder && { seen: moduleRecorder(recorder) }),
    });
  }

  /** Runs the program; what becomes of it is told by messages. */
  async run(url: string): Promise<void> {
    this.#watched.startedAt = performance.now();
    this.#environment.watchdog.add(this.#watched);
    let linked: IsolatedVM.Module;
    try {
      linked = await this.#loader!.link(url);
    } catch (error) {
      this.#fail(error, error instanceof ModuleRefused ? error.code : 'syntax-error');
      return;
    }
    await this.#take(() => {
      this.#recorder?.add({ t: 'run', url });
      this.#hasBegun = true;
      this.#begun.resolve();
      return linked.evaluate();
    });
  }

  /** The answer to a call has a turn of its own; questions that wait for each other enter together. */
  async deliver(body: string, isReply: boolean): Promise<void> {
    if (isReply) {
      this.#calls--;
      await this.#turn('deliver', body, 0);
      return;
    }
    this.#questions.push(body);
    if (this.#asking) return;
    this.#asking = true;
    await this.#begun.promise;
    while (this.#questions.length > 0 && !this.#ended) {
      await this.#turn('deliverAll', JSON.stringify(this.#questions.splice(0, QUESTIONS_PER_TURN)), 0);
    }
    this.#asking = false;
  }

  /** Replaces modules, all or none; what becomes of it is told by `swapped`. */
  async swap(request: number, modules: LoadedModule[]): Promise<void> {
    await this.#take(async () => {
      const result = await this.#swapNow(modules.filter((module) => module.kind !== 'refused'));
      this.#environment.tell({ type: 'swapped', sandbox: this.id, request, ...withinBounds(result) });
    });
  }

  async #swapNow(modules: Parameters<ModuleLoader['swap']>[0]) {
    const enter = (kind: string, text = '') => this.#enter!.apply(undefined, [kind, text, 0]);
    await enter('swapBegin', JSON.stringify(modules.map(({ url }) => url)));
    try {
      await this.#loader!.swap(modules, (linked) => linked.evaluate());
    } catch (error) {
      if (this.#isolate.isDisposed) throw error;
      await enter('swapRollback');
      return { error: this.#described(error) };
    }
    return JSON.parse((await enter('swapCommit')) ?? '{}') as { removed: string[]; problems: string[] };
  }

  moduleArrived(request: number, module: LoadedModule): void {
    this.#modules.get(request)?.(module);
    this.#modules.delete(request);
  }

  watchState(on: boolean, afterMs: number): void {
    this.#stateReporter.watch(on, afterMs);
  }

  /** While on, no turn begins: timers, answers and questions wait. */
  suspend(on: boolean): void {
    if (on) this.#suspended ??= Promise.withResolvers<void>();
    else {
      this.#suspended?.resolve();
      this.#suspended = undefined;
      this.#stateReporter.mayHaveChanged();
    }
  }

  /** Ends the guest without a word. */
  dispose(): void {
    this.#ended = true;
    this.#begun.resolve();
    this.#suspended?.resolve();
    this.#timers.clearAll();
    this.#stateReporter.close();
    clearTimeout(this.#idleTimer);
    this.#environment.watchdog.remove(this.#watched);
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }

  get usage(): Usage {
    const heap = this.#isolate.isDisposed || this.#turns > 0 ? undefined : this.#isolate.getHeapStatisticsSync();
    const bytes = heap ? heap.used_heap_size + heap.externally_allocated_size : 0;
    return {
      wallMs: Math.round(performance.now() - this.#watched.startedAt),
      cpuMs: Math.round(this.#watched.cpuMs()),
      memoryMb: Math.round((bytes / 2 ** 20) * 10) / 10,
    };
  }

  #onSend(channel: string, text: string, number: number): string | undefined {
    if (this.#ended) return undefined;
    if (channel === 'timer') this.#timers.start(number, text);
    else if (channel === 'clear') this.#timers.clear(number);
    else if (channel === 'post' || channel === 'call' || channel === 'done') {
      if (channel === 'call') this.#calls++;
      if (channel === 'done') this.#finished = true;
      this.#post(text);
    } else if (channel === 'import') void this.#import(text, number);
    else if (channel === 'imported') this.#calls--;
    else if (channel === 'local') return performLocal(text);
    return undefined;
  }

  #post(body: unknown): void {
    if (this.#ended) return;
    if (typeof body !== 'string') this.#misused();
    else if (isTooLong(body)) void this.#onBreach('call-limit');
    else this.#environment.tell({ type: 'post', sandbox: this.id, body });
  }

  /** A program has changed what its runtime works with: it alone ends, before the supervisor would end this worker for it. */
  #misused(): undefined {
    this.#fail(new Error('The program has changed built-ins that its sandbox works with.'), 'uncaught');
  }

  /** `import()`: the guest's promise settles by `__apexImported` or by `importFailed`. */
  async #import(request: string, id: number): Promise<void> {
    this.#calls++;
    const names = parseNames(request);
    if (!names) return this.#misused();
    const [specifier, referrer] = names;
    try {
      const linked = await this.#loader!.linkImport(specifier, referrer, id);
      await this.#take(() => {
        this.#recorder?.add({ t: 'import', id, specifier, referrer });
        return linked.evaluate().catch((error: unknown) => this.#importFailed(id, error));
      });
    } catch (error) {
      // Nobody waits for this promise: what it throws would end the worker, with every sandbox in it.
      if (this.#ended) return;
      if (this.#isolate.isDisposed) this.#fail(error, 'uncaught');
      else await this.#importFailed(id, error);
    }
  }

  async #importFailed(id: number, error: unknown): Promise<void> {
    if (this.#ended || this.#isolate.isDisposed) throw error;
    const { name, message } = describeGuestError(error);
    const code = error instanceof ModuleRefused ? IMPORT_CODES[error.code] : undefined;
    await this.#turn('importFailed', JSON.stringify({ name, message, code }), id);
  }

  #requestModule(specifier: string, referrer: string, required = false): Promise<LoadedModule> {
    // A name that the supervisor would take for a broken protocol ends nobody else in this worker.
    if (specifier.length > MAX_SPECIFIER || referrer.length > MAX_SPECIFIER) {
      const message = `There is no module with a name of ${specifier.length} characters.`;
      return Promise.resolve({ kind: 'refused', code: 'module-not-found', message });
    }
    const request = this.#requests++;
    this.#environment.tell({ type: 'load', sandbox: this.id, request, specifier, referrer, require: required });
    return new Promise((resolve) => this.#modules.set(request, resolve));
  }

  async #turn(kind: string, text: string, number: number): Promise<void> {
    await this.#take(() => {
      this.#recorder?.add({ t: 'enter', kind, text, number });
      return this.#enter!.apply(undefined, [kind, text, number]);
    });
  }

  /** Gives the thread to the guest until it lets go, and looks at what became of it. */
  async #take(action: () => Promise<unknown>): Promise<void> {
    if (this.#suspended) {
      // A turn that waits is still to come: until it has been, the program is not done.
      this.#held++;
      while (this.#suspended && !this.#ended) await this.#suspended.promise;
      this.#held--;
    }
    if (this.#ended) return;
    let failure: { error: unknown } | undefined;
    try {
      await this.#hold(action);
    } catch (error) {
      failure = { error };
    }
    if (this.#ended) return;
    if (failure) this.#fail(failure.error, 'uncaught');
    else this.#afterTurn();
  }

  /** The limits of a turn hold while `action` has the thread. */
  async #hold<T>(action: () => Promise<T>): Promise<T> {
    if (this.#turns++ === 0) this.#watched.turnStartedAt = performance.now();
    try {
      return await action();
    } finally {
      this.#turns--;
      // Turns queue up behind each other: the next one begins now.
      this.#watched.turnStartedAt = this.#turns > 0 ? performance.now() : undefined;
    }
  }

  #afterTurn(): void {
    this.#stateReporter.mayHaveChanged();
    this.#lookIfDone();
  }

  #lookIfDone(): void {
    if (this.#turns > 0 || this.#held > 0 || this.#calls > 0 || this.#timers.size > 0) return;
    if (this.#finished) this.#tellIdle();
    else
      this.#fail(
        new Error('The top-level await of the program can never settle: nothing is left to wait for.'),
        'uncaught',
      );
  }

  /** At once the first time; a sandbox that is kept and asked often says it now and then, because looking at its use takes time. */
  #tellIdle(): void {
    const now = performance.now();
    if (!this.#live || now - this.#idleToldAt > IDLE_INTERVAL_MS) {
      this.#idleToldAt = now;
      this.#recorder?.flush();
      this.#environment.tell({ type: 'idle', sandbox: this.id, usage: this.usage });
      return;
    }
    this.#idleTimer ??= setTimeout(() => {
      this.#idleTimer = undefined;
      if (!this.#ended) this.#afterTurn();
    }, IDLE_INTERVAL_MS);
  }

  #fail(error: unknown, code: 'uncaught' | 'syntax-error' | 'module-refused' | 'module-not-found'): void {
    if (this.#ended) return;
    this.#recorder?.flush();
    const usage = this.usage;
    const outOfMemory = this.#isolate.isDisposed || /memory limit/.test(String((error as Error)?.message));
    this.dispose();
    const { tell } = this.#environment;
    if (outOfMemory) tell({ type: 'breach', sandbox: this.id, breach: 'memory-limit', usage, stuck: false });
    else {
      const described = code === 'syntax-error' ? describeSyntaxError(error) : this.#described(error);
      tell({ type: 'failed', sandbox: this.id, code, error: described, usage });
    }
  }

  /** The error with the lines that a person wrote. */
  #described(error: unknown): GuestError {
    if (error instanceof SyntaxError) return describeSyntaxError(error);
    // Made here: its stack is the worker's.
    if (error instanceof ModuleRefused) return { name: error.name, message: error.message };
    const described = describeGuestError(error);
    return described.stack && this.#loader
      ? { ...described, stack: this.#loader.maps.translate(described.stack) }
      : described;
  }

  async #onBreach(breach: Breach): Promise<void> {
    if (this.#ended) return;
    this.#recorder?.flush();
    const usage = this.usage;
    this.dispose();
    for (let look = 0; this.#turns > 0 && look < STUCK_AFTER_LOOKS; look++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    this.#environment.tell({ type: 'breach', sandbox: this.id, breach, usage, stuck: this.#turns > 0 });
  }

  async #readState(): Promise<unknown> {
    // Before it runs there is nothing to read; what is held is told when it goes on.
    if (!this.#hasBegun || this.#ended || this.#suspended) return undefined;
    this.#recorder?.add({ t: 'enter', kind: 'state', text: '', number: 0 });
    try {
      // Reading it may run code of the guest: a getter, a proxy.
      return await this.#hold(() => this.#enter!.apply(undefined, ['state', '', 0]));
    } finally {
      // A turn that ended meanwhile has left this to be looked at.
      if (!this.#ended) this.#lookIfDone();
    }
  }
}
