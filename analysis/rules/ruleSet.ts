import type { Observers } from '../flow/machine.ts';
import type { SinkKind } from '../values/kinds.ts';
import type { Rule } from './rule.ts';

export interface RuleSet {
  all: readonly Rule[];
  observers: Observers;
  byId(id: string): Rule | undefined;
  byKind(kind: SinkKind): Rule | undefined;
}

export function ruleSet(rules: readonly Rule[]): RuleSet {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const byKind = new Map(rules.flatMap((rule) => (rule.kind ? [[rule.kind, rule] as const] : [])));
  return {
    all: rules,
    observers: {
      call: rules.flatMap((rule) => rule.observer?.call ?? []),
      assign: rules.flatMap((rule) => rule.observer?.assign ?? []),
      expression: rules.flatMap((rule) => rule.observer?.expression ?? []),
    },
    byId: (id) => byId.get(id),
    byKind: (kind) => byKind.get(kind),
  };
}
