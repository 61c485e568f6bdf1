import type { StartParams } from '../../protocol/sandbox.ts';
import { type LoadedPolicy, NO_POLICY } from '../policy/loadPolicy.ts';
import { PolicyEngine } from '../policy/policyEngine.ts';
import { PolicyFile } from '../policy/policyFile.ts';

/** What a policy says now. */
export interface Rules {
  policy: LoadedPolicy;
  engine: PolicyEngine;
}

export interface PolicyReload {
  file: string;
  reloaded: boolean;
  message: string;
}

/** The policy files that are in force for sandboxes of this host, each read and followed once. */
export class PolicyShelf {
  readonly #told: (event: PolicyReload) => void;
  readonly #files = new Map<string, PolicyFile>();

  constructor(told: (event: PolicyReload) => void) {
    this.#told = told;
  }

  /**
   * The rules that hold for a sandbox: those of its policy file as it stands whenever they are asked for, or the mode's defaults.
   * @throws ApexError of `loadPolicy`
   */
  rulesOf({ policy, audit }: Pick<StartParams, 'policy' | 'audit'>): () => Rules {
    if (!policy || audit) {
      const loaded = { ...(policy ? this.#file(policy).policy : NO_POLICY), audit: audit ?? false };
      const fixed = { policy: loaded, engine: new PolicyEngine(loaded) };
      return () => fixed;
    }
    const file = this.#file(policy);
    return () => file;
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }

  #file(path: string): PolicyFile {
    const known = this.#files.get(path);
    if (known) return known;
    const file = new PolicyFile(path, (event) => this.#told({ file: path, ...event }));
    this.#files.set(path, file);
    return file;
  }
}
