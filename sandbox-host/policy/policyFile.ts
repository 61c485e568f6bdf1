import { statSync } from 'node:fs';
import { toErrorReport } from '../../protocol/errors.ts';
import { type LoadedPolicy, loadPolicy } from './loadPolicy.ts';
import { PolicyEngine } from './policyEngine.ts';

const CHECK_MS = 250;

/** A policy in force that follows its files: a changed one holds from the next request on, a broken one changes nothing. */
export class PolicyFile {
  readonly #file: string;
  readonly #told: (event: { reloaded: boolean; message: string }) => void;
  readonly #timer: NodeJS.Timeout;
  #policy: LoadedPolicy;
  #engine: PolicyEngine;
  #seen: string;

  /** @throws ApexError of `loadPolicy` */
  constructor(file: string, told: (event: { reloaded: boolean; message: string }) => void) {
    this.#file = file;
    this.#told = told;
    const { policy, seen } = loadSteady(file, [file]);
    this.#policy = policy;
    this.#engine = new PolicyEngine(policy);
    this.#seen = seen;
    // Looking is dull but misses nothing: watchers differ by system and lose files that editors replace.
    this.#timer = setInterval(() => this.#look(), CHECK_MS).unref();
  }

  get policy(): LoadedPolicy {
    return this.#policy;
  }

  get engine(): PolicyEngine {
    return this.#engine;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = signature(this.#policy.files);
    if (now === this.#seen) return;
    this.#seen = now;
    try {
      const { policy, seen } = loadSteady(this.#file, this.#policy.files);
      this.#policy = policy;
      this.#engine = new PolicyEngine(policy);
      this.#seen = seen;
      this.#told({ reloaded: true, message: `${this.#file} was loaded again.` });
    } catch (error) {
      this.#told({ reloaded: false, message: `${toErrorReport(error).message} The policy from before holds.` });
    }
  }
}

/**
 * A policy and the signature of its files as they were before they were read: one that changes while it is read is read again at
 * the next look, never missed.
 */
function loadSteady(file: string, known: readonly string[]): { policy: LoadedPolicy; seen: string } {
  let files = known;
  for (;;) {
    const seen = signature(files);
    const policy = loadPolicy(file);
    if (policy.files.join('\n') === files.join('\n')) return { policy, seen };
    files = policy.files;
  }
}

/** Changes when one of the files does. */
function signature(files: readonly string[]): string {
  return files.map((file) => fileSignature(file)).join();
}

function fileSignature(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stats ? `${stats.ino}:${stats.mtimeNs}:${stats.size}` : 'gone';
}
