import type { Alert, AnomalyResponse, AnomalyRule } from '../../protocol/sandboxSecurity.ts';
import { CrossingMonitor } from './crossingMonitor.ts';
import { withDefaults } from './defaultRules.ts';

/** What can be done to a sandbox. */
export interface Controlled {
  throttle(forMs: number): void;
  suspend(): void;
  kill(reason: string): void;
}

export interface Finding {
  rule: string;
  response: AnomalyResponse;
  message: string;
}

const KEPT_ALERTS = 200;
const THROTTLE_MS = 10_000;

/** Watches the crossings of one sandbox and responds. `found` hears of each finding after the response. */
export class SecurityDesk {
  readonly monitor: CrossingMonitor;
  readonly #sandbox: Controlled;
  readonly #found: (finding: Finding) => void;
  alerts = 0;

  constructor(rules: readonly AnomalyRule[], mode: string, sandbox: Controlled, found: (finding: Finding) => void) {
    const holding = withDefaults(rules).filter(({ modes = ['isolation', 'hybrid'] }) =>
      modes.some((one) => one === mode),
    );
    this.monitor = new CrossingMonitor(holding, performance.now());
    this.#sandbox = sandbox;
    this.#found = found;
  }

  crossed(crossing: { operation: string; resource: string; outcome: string }): void {
    for (const finding of this.monitor.crossed(crossing, performance.now())) this.#respond(finding);
  }

  sent(operation: string, bytes: number): void {
    for (const finding of this.monitor.sent(operation, bytes, performance.now())) this.#respond(finding);
  }

  #respond({ rule: { name, response }, message }: { rule: AnomalyRule; message: string }): void {
    if (response !== 'log') this.alerts++;
    if (response === 'throttle') this.#sandbox.throttle(THROTTLE_MS);
    if (response === 'suspend') this.#sandbox.suspend();
    this.#found({ rule: name, response, message });
    if (response === 'kill') this.#sandbox.kill(message);
  }
}

/** The last alerts of a host, the newest first. */
export class AlertList {
  #alerts: Alert[] = [];

  add(alert: Alert): void {
    this.#alerts = [alert, ...this.#alerts].slice(0, KEPT_ALERTS);
  }

  get all(): readonly Alert[] {
    return this.#alerts;
  }
}
