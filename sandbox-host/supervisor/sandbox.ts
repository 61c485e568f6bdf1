import { randomInt } from 'node:crypto';
import { ApexError } from '../../protocol/errors.ts';
import type { Failure, Limits, Mode, Outcome, SandboxInfo, Usage } from '../../protocol/sandbox.ts';
import type { SwapResult } from '../../protocol/sandboxModules.ts';
import { type StateDocument, type StateEdit, stateDocumentSchema } from '../../protocol/stateDocument.ts';
import { isTooLong } from '../bridge/frames.ts';
import { parseGuestMessage } from '../bridge/guestMessages.ts';
import type { FromWorker, ToWorker } from '../bridge/messages.ts';
import type { StateChangeOrder } from '../guest/applyChanges.ts';
import type { Boot, ToGuest } from '../guest/wire.ts';
import { modulePath } from '../modules/resolveModule.ts';
import { SecurityDesk } from '../security/securityDesk.ts';
import { DeclaredState } from './declaredState.ts';
import { anomaly, breachFailure, guestFailure, stopped, workerLost } from './failures.ts';
import { GuestCalls } from './guestCalls.ts';
import { GuestQuestions } from './guestQuestions.ts';
import { RestartIntensity } from './restartIntensity.ts';
import type { SwapReport } from './sandboxModules.ts';
import type { SandboxListener, SandboxPlan } from './sandboxPlan.ts';
import { moduleText, TOO_LONG } from './toldAtOnce.ts';
import type { WorkerEnd, WorkerProcess } from './workerProcess.ts';

/** More modules than any program has: whoever asks for so many is not loading a program. */
const MAX_LOADS = 20_000;
/** Characters of modules, each counted for everybody who imports it: packages of megabytes stay far below. */
const MAX_LOADED = 1 << 30;
/** The worker's watchdog ends a program on time; this much later the supervisor ends the worker. */
const GRACE_MS = 300;

/** Bytes a sandbox's process may grow by: its limit, and a little for code, stacks and garbage of V8 itself. */
function memoryCap(limitMb: number): number {
  return (limitMb * 1.1 + 4) * 2 ** 20;
}

/** One sandbox as the supervisor holds it: what was asked, its worker, its limits, and how it ended. */
export class Sandbox {
  plan: SandboxPlan;
  readonly startedAt = Date.now();
  readonly #listener: SandboxListener;
  readonly #questions: GuestQuestions;
  readonly #calls: GuestCalls;
  readonly #state: DeclaredState;
  readonly #intensity = new RestartIntensity();
  #wallTimer: NodeJS.Timeout | undefined;
  #worker: WorkerProcess | undefined;
  readonly #firstIdle = Promise.withResolvers<void>();
  #status: SandboxInfo['status'] = 'starting';
  #usage: Usage = { wallMs: 0, cpuMs: 0, memoryMb: 0 };
  #value: unknown;
  #outcome: Outcome | undefined;
  #restarts = 0;
  #printed = 0;
  #loads = 0;
  #loaded = 0;
  /** Looks at its crossings. */
  readonly desk: SecurityDesk;

  constructor(plan: SandboxPlan, listener: SandboxListener) {
    this.plan = plan;
    this.#listener = listener;
    this.#questions = new GuestQuestions({
      tell: (message) => this.#tell(message),
      gone: () => (this.#outcome ? this.#gone() : undefined),
    });
    this.#calls = new GuestCalls(this.#asCaller());
    this.#state = new DeclaredState(plan.keep, {
      changed: (state) => listener.stateChanged(state),
      report: (on, afterMs) => this.#reportState(on, afterMs),
    });
    this.desk = new SecurityDesk(plan.anomalies, plan.mode, this, (finding) => listener.anomaly(finding));
    this.#watchWallTime();
  }

  #watchWallTime(): void {
    clearTimeout(this.#wallTimer);
    const { wallMs } = this.plan.limits;
    if (wallMs) this.#wallTimer = setTimeout(() => this.#breach('timeout'), wallMs + GRACE_MS);
  }

  /** Starts the program in `worker`, from the last checkpoint where there is one. */
  begin(worker: WorkerProcess): void {
    const { id, limits, mode, keep } = this.plan;
    this.#worker = worker;
    this.#status = 'starting';
    worker.attach(id, { message: (message) => this.#receive(message), ended: (end) => this.#workerEnded(end) });
    this.plan.modules.forget();
    const boot: Boot = {
      ...{ mode, pendingCalls: limits.pendingCalls, live: keep, state: this.#state.checkpoint },
      ...(this.plan.record && { seed: randomInt(2 ** 32) }),
    };
    worker.capMemory(memoryCap(limits.memoryMb) * worker.size);
    const record = this.plan.record !== undefined;
    const text = JSON.stringify(boot);
    if (isTooLong(text)) return this.giveUp('its declared state is too long to start again from');
    worker.send({ type: 'create', sandbox: id, limits, boot: text, live: keep, record });
    if (this.#calls.suspended) worker.send({ type: 'suspend', sandbox: id, on: true });
    this.#state.tellAnew();
  }

  get ended(): boolean {
    return this.#outcome !== undefined;
  }

  get info(): SandboxInfo {
    const { id, label, file, mode, limits } = this.plan;
    const base = { id, label, file, mode, limits, startedAt: this.startedAt, status: this.#status };
    return {
      ...base,
      restarts: this.#restarts,
      usage: this.#measured(),
      ...(Object.keys(this.desk.monitor.counts).length > 0 && { crossings: structuredClone(this.desk.monitor.counts) }),
      ...(this.desk.alerts > 0 && { alerts: this.desk.alerts }),
      ...(this.#calls.suspended && { suspended: true }),
      ...(this.#outcome && { outcome: this.#outcome }),
    };
  }

  /**
   * Goes on in another mode: the program starts again from its declared state, in a worker of that mode. Calls in flight and
   * everything that is not declared are lost. `replace` brings it into a worker.
   */
  async move(mode: Mode, limits: Limits, replace: () => Promise<void>): Promise<void> {
    this.#state.keep(await this.readState());
    if (this.#outcome) throw this.#gone();
    this.plan = { ...this.plan, mode, limits };
    this.#questions.startsAgain('The sandbox was moved to another mode meanwhile.');
    this.#calls.forget();
    this.#usage = { ...this.#usage, cpuMs: 0 };
    this.#watchWallTime();
    this.#setStatus('starting');
    await replace();
  }

  stop(): void {
    this.#fail(stopped());
  }

  /** Delays each of its calls for a while. */
  throttle(forMs: number): void {
    this.#calls.throttle(forMs);
  }

  /** Nothing of it runs, and no call goes on, until `resume`. What holds its thread now is ended by its limits. */
  suspend(): void {
    if (this.#calls.suspended || this.#outcome) return;
    this.#calls.suspend();
    this.#send({ type: 'suspend', sandbox: this.plan.id, on: true });
    this.#listener.changed();
  }

  resume(): void {
    if (!this.#calls.suspended) return;
    this.#calls.resume();
    this.#send({ type: 'suspend', sandbox: this.plan.id, on: false });
    this.#listener.changed();
  }

  kill(reason: string): void {
    this.#fail(anomaly(reason));
  }

  /** Ends it when no worker can be had for it. */
  giveUp(reason: string): void {
    this.#fail(workerLost(reason));
  }

  async readState(): Promise<StateDocument> {
    return stateDocumentSchema.parse(await this.#questions.ask({ t: 'readState' }));
  }

  async editState(edit: StateEdit): Promise<StateDocument> {
    const state = stateDocumentSchema.parse(await this.#questions.ask({ t: 'editState', edit }));
    this.#state.edited(state);
    return state;
  }

  /** Fills declared state anew, in place. @throws ApexError `refused-by-program` when a check of the program says no */
  async replaceState(document: StateDocument): Promise<StateDocument> {
    const state = stateDocumentSchema.parse(await this.#questions.ask({ t: 'replaceState', document }));
    this.#state.edited(state);
    return state;
  }

  /** Sets and removes values of one declared state. @throws ApexError `refused-by-program` */
  async applyChanges(name: string, changes: StateChangeOrder[]): Promise<void> {
    await this.#questions.ask({ t: 'applyChanges', name, changes });
  }

  /** Resolves when the program has run through for the first time, or has ended. */
  get ran(): Promise<void> {
    return this.#firstIdle.promise;
  }

  /** Like `evaluate`, for programs: the value as JSON has it, `undefined` when it has none. */
  evaluateJson(code: string): Promise<unknown> {
    return this.#questions.ask({ t: 'evaluate', code, json: true });
  }

  /** Calls `changed` soon after each change of declared state, until the function that it gives is called. */
  subscribe(changed: (state: StateDocument) => void): () => void {
    return this.#state.subscribe(changed);
  }

  async evaluate(code: string): Promise<string> {
    return String(await this.#questions.ask({ t: 'evaluate', code }));
  }

  /**
   * Replaces modules whose files have changed while the program runs: declared state and importers stay, all or none.
   * @throws ApexError `swap-not-kept`, `sandbox-ended`, and those of `SandboxModules.swap`
   */
  async swap(files?: readonly string[]): Promise<SwapResult> {
    if (!this.plan.keep) {
      const advice = 'Start it with "keep" (in the editor every sandbox is kept).';
      throw new ApexError('swap-not-kept', 'Modules are replaced only in a sandbox that is kept.', advice);
    }
    await this.#questions.ready();
    return this.plan.modules.swap(files, (modules) =>
      this.#questions
        .askWith((request) =>
          this.#send({ type: 'swap', sandbox: this.plan.id, request, modules: JSON.stringify(modules) }),
        )
        .then((report) => report as SwapReport),
    );
  }

  /** While on, the listener hears of every change of declared state; the last one known at once. */
  watchState(on: boolean): void {
    this.#state.watch(on);
  }

  #receive(message: FromWorker): void {
    if (!('sandbox' in message) || message.sandbox !== this.plan.id || this.#outcome) return;
    switch (message.type) {
      case 'created':
        void this.#run();
        break;
      case 'post':
        this.#fromGuest(message.body);
        break;
      case 'load':
        void this.#load(message);
        break;
      case 'crossings':
        this.plan.record?.addLines(message.lines);
        break;
      case 'state':
        this.#state.reported(message.document);
        break;
      case 'swapped':
        this.#questions.answered({ id: message.request, ok: true, value: message });
        break;
      case 'idle':
        this.#usage = message.usage;
        this.#firstIdle.resolve();
        if (this.plan.keep) this.#setStatus('idle');
        else this.#settle({ ok: true, value: this.#value, usage: this.#measured() });
        break;
      case 'failed':
        this.#usage = message.usage;
        this.#fail(guestFailure(message.code, message.error));
        break;
      case 'breach':
        this.#usage = message.usage;
        // The isolate does not let go: its process is ended, and the others in it start again from their checkpoints.
        if (message.stuck) this.#worker?.kill('a sandbox did not let go of it', this.plan.id);
        this.#breach(message.breach);
    }
  }

  async #run(): Promise<void> {
    // Where sandboxes share a process, the room that the next isolate reserves would count against the first one's limit.
    if (this.plan.mode === 'isolation') await this.#worker?.limitByKernel();
    if (this.#outcome) return;
    this.#setStatus('running');
    this.#send({ type: 'run', sandbox: this.plan.id, url: this.plan.world.files.entry });
    this.#questions.hears();
  }

  #fromGuest(body: string): void {
    const message = parseGuestMessage(body);
    if (!message) this.#fail(workerLost('its guest runtime broke the protocol'));
    else if (message.t === 'log') this.#print(message.stream, message.text);
    else if (message.t === 'done') this.#value = message.value;
    else if (message.t === 'answer') this.#questions.answered(message);
    else void this.#calls.take(message, body.length);
  }

  #asCaller(): ConstructorParameters<typeof GuestCalls>[0] {
    const sandbox = this;
    return {
      world: this.plan.world,
      get ended() {
        return sandbox.ended;
      },
      mostWaiting: () => this.plan.limits.pendingCalls,
      reply: (id, result) => this.#tell({ t: 'reply', id, ...result }),
      tooMany: () => this.#breach('call-limit'),
      sent: (length) => this.desk.sent('net.request', length),
      taken: async () => this.#worker?.taken(),
    };
  }

  async #load({
    request,
    specifier,
    referrer,
    require: required,
  }: Extract<FromWorker, { type: 'load' }>): Promise<void> {
    if (++this.#loads > MAX_LOADS) return this.#breach('call-limit');
    const loaded = await this.plan.modules.load(specifier, referrer, required ? 'require' : 'import');
    if (this.plan.record && loaded.kind !== 'refused' && loaded.kind !== 'builtin') {
      const path = modulePath(this.plan.world.files, loaded.url);
      if (path !== undefined) this.plan.record.add({ t: 'file', url: loaded.url, path });
    }
    const module = moduleText(loaded, specifier);
    this.#loaded += module.length;
    if (this.#loaded > MAX_LOADED) return this.#breach('call-limit');
    this.#send({ type: 'module', sandbox: this.plan.id, request, module });
  }

  #print(stream: 'stdout' | 'stderr', text: string): void {
    const { outputBytes } = this.plan.limits;
    this.#printed += Buffer.byteLength(text);
    if (outputBytes && this.#printed > outputBytes) this.#breach('output-limit');
    else this.#listener.output(stream, text);
  }

  #reportState(on: boolean, afterMs: number): boolean {
    if (!this.#worker || this.#outcome) return false;
    this.#send({ type: 'watchState', sandbox: this.plan.id, on, afterMs });
    return true;
  }

  #tell(message: ToGuest): void {
    const body = JSON.stringify(message);
    const isReply = message.t === 'reply';
    if (!isTooLong(body)) this.#send({ type: 'deliver', sandbox: this.plan.id, body, reply: isReply });
    else if (isReply) this.#tell({ t: 'reply', id: message.id, ok: false, error: TOO_LONG });
    else this.#questions.answered({ id: message.id, ok: false, error: TOO_LONG.message });
  }

  #breach(breach: Parameters<typeof breachFailure>[0]): void {
    this.#fail(breachFailure(breach, this.plan.limits, this.#measured().wallMs));
  }

  #workerEnded(end: WorkerEnd): void {
    if (this.#outcome || end.culprit === this.plan.id) return;
    const alone = this.#worker?.size === 1;
    const canRestart = this.plan.keep && this.plan.mode !== 'isolation' && !(alone && end.outOfMemory);
    if (canRestart && this.#intensity.allow(performance.now())) {
      this.#restarts++;
      this.#state.flush();
      this.#questions.startsAgain('The sandbox was started again meanwhile.');
      this.#setStatus('starting');
      this.#listener.restart(end.culprit === undefined);
    } else if (end.outOfMemory) this.#breach('memory-limit');
    else this.#fail(workerLost(end.reason));
  }

  #fail(failure: Failure): void {
    this.#settle({ ok: false, failure, usage: this.#measured() });
  }

  #settle(outcome: Outcome): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    this.#status = 'ended';
    this.#firstIdle.resolve();
    this.#calls.resume();
    clearTimeout(this.#wallTimer);
    this.plan.record?.close();
    this.#state.close();
    this.#questions.close(this.#gone());
    this.#listener.ended(outcome);
  }

  #gone(): ApexError {
    return new ApexError('sandbox-ended', `Sandbox ${this.plan.id} has ended.`, 'Run its program again.');
  }

  #measured(): Usage {
    const wallMs = this.#outcome ? this.#outcome.usage.wallMs : Date.now() - this.startedAt;
    return { ...this.#usage, wallMs, memoryMb: Math.max(this.#usage.memoryMb, this.#ownPeak()) };
  }

  /** The process's peak is this sandbox's own only where it has the process to itself. */
  #ownPeak(): number {
    return this.#worker && this.plan.mode === 'isolation' ? this.#worker.peakMemoryMb : 0;
  }

  #send(message: ToWorker): void {
    this.#worker?.send(message);
  }

  #setStatus(status: SandboxInfo['status']): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#listener.changed();
  }
}
