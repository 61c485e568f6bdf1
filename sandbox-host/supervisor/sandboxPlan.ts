import type { Limits, Mode, Outcome } from '../../protocol/sandbox.ts';
import type { AnomalyRule } from '../../protocol/sandboxSecurity.ts';
import type { StateDocument } from '../../protocol/stateDocument.ts';
import type { CapabilityContext } from '../capabilities/capability.ts';
import type { Finding } from '../security/securityDesk.ts';
import type { CrossingLog } from './crossingLog.ts';
import type { SandboxModules } from './sandboxModules.ts';

/** What a sandbox tells its supervisor. */
export interface SandboxListener {
  output(stream: 'stdout' | 'stderr', text: string): void;
  changed(): void;
  /** Its worker is gone; it wants another, one of its own when nobody knows who ended the last. */
  restart(alone: boolean): void;
  stateChanged(state: StateDocument): void;
  /** Its crossings show what a rule looks for; the response has been given. */
  anomaly(finding: Finding): void;
  /** Called exactly once. */
  ended(outcome: Outcome): void;
}

export interface SandboxPlan {
  id: string;
  label: string;
  file: string;
  /** The program's files and store, and the way to ask the policy. */
  world: CapabilityContext;
  modules: SandboxModules;
  mode: Mode;
  limits: Limits;
  anomalies: readonly AnomalyRule[];
  /** The limits that it would have in a mode, by what was asked and by policy. */
  limitsIn(mode: Mode): Limits;
  keep: boolean;
  /** Gets its crossings. */
  record?: CrossingLog;
}
