import type { AnomalyRule } from '../../protocol/sandboxSecurity.ts';

/** What holds where no policy says otherwise. A rule of a policy replaces the one of the same name. */
export const DEFAULT_RULES: readonly AnomalyRule[] = [
  { name: 'burst', operations: ['*'], measure: 'count', over: 2_000, withinMs: 1_000, response: 'throttle' },
  { name: 'file-scan', operations: ['fs.read'], measure: 'resources', over: 200, withinMs: 10_000, response: 'alert' },
  {
    name: 'probing',
    operations: ['*'],
    only: 'denied',
    measure: 'resources',
    over: 50,
    withinMs: 10_000,
    response: 'alert',
  },
  { name: 'new-host', operations: ['net.request'], measure: 'new-hosts', over: 0, withinMs: 60_000, response: 'alert' },
  {
    name: 'exfiltration',
    operations: ['net.request'],
    measure: 'bytes',
    over: 8 << 20,
    withinMs: 60_000,
    response: 'alert',
  },
];

export function withDefaults(rules: readonly AnomalyRule[]): AnomalyRule[] {
  const named = new Set(rules.map(({ name }) => name));
  return [...DEFAULT_RULES.filter(({ name }) => !named.has(name)), ...rules];
}
