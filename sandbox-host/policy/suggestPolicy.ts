import type { Operation, Policy, PolicyRequest } from '../../protocol/policy.ts';
import { exactPattern } from './patterns.ts';

/** The smallest policy that allows exactly what was asked for: one rule per operation, with the resources as they were. */
export function suggestPolicy(requests: readonly Pick<PolicyRequest, 'operation' | 'resource'>[]): Policy {
  const byOperation = new Map<Operation, Set<string>>();
  for (const { operation, resource } of requests) {
    const resources = byOperation.get(operation) ?? new Set();
    byOperation.set(operation, resources.add(resource));
  }
  const rules = [...byOperation]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([operation, resources]) => ({
      effect: 'allow' as const,
      operations: [operation],
      // A program chooses the names: a star in one is a star, not a pattern.
      resources: [...resources].sort().map(exactPattern),
    }));
  return { version: 1, rules };
}
