import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome, StartParams } from '../../protocol/sandbox.ts';
import type { Sandbox } from '../../sandbox-host/supervisor/sandbox.ts';
import { Supervisor } from '../../sandbox-host/supervisor/supervisor.ts';
import { installOnDebian } from '../installOnDebian.ts';

// What stands around workers where the machine allows it belongs to what is tried.
installOnDebian('bubblewrap', 'bwrap');

/** A supervisor in this process, programs as texts, and what becomes of them. */
export class HostileHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'apex-hostile-'));
  readonly supervisor: Supervisor;
  readonly #output = new Map<string, string>();
  readonly #endings = new Map<string, (outcome: Outcome) => void>();
  readonly #ended = new Map<string, Outcome>();
  #programs = 0;

  constructor() {
    process.env.APEX_AUDIT_LOG = join(this.folder, 'audit');
    this.supervisor = new Supervisor({
      output: (id, _stream, text) => this.#output.set(id, (this.#output.get(id) ?? '') + text),
      changed: () => {},
      stateChanged: () => {},
      ended: (id, outcome) => {
        this.#ended.set(id, outcome);
        this.#endings.get(id)?.(outcome);
      },
    });
  }

  start(source: string, params: Omit<StartParams, 'file'> = {}): Promise<Sandbox> {
    const file = join(this.folder, `program${this.#programs++}.js`);
    writeFileSync(file, source);
    return this.supervisor.start({ file, ...params });
  }

  /** Runs a program to its end. */
  async run(source: string, params: Omit<StartParams, 'file'> = {}): Promise<{ outcome: Outcome; output: string }> {
    return this.#end(await this.start(source, params));
  }

  async runFile(file: string, params: Omit<StartParams, 'file'>): Promise<{ outcome: Outcome; output: string }> {
    return this.#end(await this.supervisor.start({ file, ...params }));
  }

  async #end({ plan }: Sandbox): Promise<{ outcome: Outcome; output: string }> {
    const outcome =
      this.#ended.get(plan.id) ?? (await new Promise<Outcome>((resolve) => this.#endings.set(plan.id, resolve)));
    return { outcome, output: this.#output.get(plan.id) ?? '' };
  }

  output(sandbox: Sandbox): string {
    return this.#output.get(sandbox.plan.id) ?? '';
  }

  close(): void {
    this.supervisor.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
