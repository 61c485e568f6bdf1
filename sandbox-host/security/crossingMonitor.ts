import type { AnomalyRule, CrossingCounts } from '../../protocol/sandboxSecurity.ts';
import { compilePattern } from '../policy/patterns.ts';

/** Hosts that a program asks in its first time are what it is for. */
const BASELINE_MS = 30_000;
/** No window holds more: a rule that is over this is over anyway. */
const MAX_KEPT = 20_000;

interface Crossing {
  operation: string;
  resource: string;
  outcome: string;
}

interface Window {
  rule: AnomalyRule;
  matches(operation: string): boolean;
  /** What counts, the oldest first; where different things count, each stands for all its crossings. */
  seen: Map<string | number, { at: number; amount: number }>;
  total: number;
  /** No second finding before this time. */
  quietUntil: number;
}

/** Counts the crossings of one sandbox and finds what its rules call an anomaly. Times are milliseconds of one clock. */
export class CrossingMonitor {
  readonly counts: CrossingCounts = {};
  readonly #windows: Window[];
  readonly #startedAt: number;
  readonly #known = new Set<string>();
  #next = 0;

  constructor(rules: readonly AnomalyRule[], startedAt: number) {
    this.#startedAt = startedAt;
    this.#windows = rules.map((rule) => {
      const tests = rule.operations.map((name) => compilePattern(name.replace(/\*$/, '**')));
      return {
        rule,
        matches: (operation) => tests.some((test) => test(operation)),
        seen: new Map(),
        total: 0,
        quietUntil: 0,
      };
    });
  }

  /** A crossing was decided. Gives the findings, one sentence each. */
  crossed({ operation, resource, outcome }: Crossing, at: number): { rule: AnomalyRule; message: string }[] {
    this.counts[operation] ??= { count: 0, denied: 0 };
    const counts = this.counts[operation];
    counts.count++;
    const isDenied = outcome === 'denied';
    if (isDenied) counts.denied++;
    const host = operation === 'net.request' ? hostOf(resource) : undefined;
    const isNewHost = host !== undefined && !this.#known.has(host) && at - this.#startedAt > BASELINE_MS;
    if (host !== undefined && this.#known.size < MAX_KEPT) this.#known.add(host);
    return this.#windows.flatMap((window) => {
      const { measure, only } = window.rule;
      if (measure === 'bytes' || !window.matches(operation) || (only === 'denied' && !isDenied)) return [];
      if (measure === 'new-hosts' && !isNewHost) return [];
      return this.#look(window, { at, amount: 1, key: measure === 'new-hosts' ? (host ?? '') : resource });
    });
  }

  /** Bytes have left the sandbox by an operation. */
  sent(operation: string, bytes: number, at: number): { rule: AnomalyRule; message: string }[] {
    return this.#windows.flatMap((window) =>
      window.rule.measure === 'bytes' && window.matches(operation)
        ? this.#look(window, { at, amount: bytes, key: operation })
        : [],
    );
  }

  #look(window: Window, { at, amount, key }: { at: number; amount: number; key: string }) {
    const { rule, seen } = window;
    const isDistinct = rule.measure === 'resources' || rule.measure === 'new-hosts';
    const place = isDistinct ? key : this.#next++;
    drop(window, place);
    seen.set(place, { at, amount });
    window.total += amount;
    for (const [oldest, entry] of seen) {
      if (entry.at > at - rule.withinMs && seen.size <= MAX_KEPT) break;
      drop(window, oldest);
    }
    const { total } = window;
    if (at < window.quietUntil || total <= rule.over) return [];
    window.quietUntil = at + rule.withinMs;
    window.total = 0;
    seen.clear();
    const what = {
      count: 'crossings',
      resources: rule.only ? 'different things refused' : 'different things asked for',
      bytes: 'bytes sent',
      'new-hosts': `host not asked before (${key})`,
    }[rule.measure];
    return [{ rule, message: `${rule.name}: ${total} ${what} within ${rule.withinMs} ms` }];
  }
}

function drop(window: Window, place: string | number): void {
  window.total -= window.seen.get(place)?.amount ?? 0;
  window.seen.delete(place);
}

function hostOf(resource: string): string | undefined {
  return URL.parse(resource.slice(resource.indexOf(' ') + 1))?.host;
}
