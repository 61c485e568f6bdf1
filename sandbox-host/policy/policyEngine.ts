import { basename } from 'node:path';
import type { Decision, PolicyRequest } from '../../protocol/policy.ts';
import type { Mode } from '../../protocol/sandbox.ts';
import type { LoadedPolicy } from './loadPolicy.ts';
import { compilePattern } from './patterns.ts';

/** What holds where no rule speaks. */
const DEFAULT_EFFECT: Readonly<Record<Mode, Decision['effect']>> = {
  isolation: 'deny',
  hybrid: 'ask',
  development: 'allow',
};
const CACHED_DECISIONS = 10_000;
const STRENGTH = { deny: 2, allow: 1, ask: 0 } as const;

type Test = (text: string) => boolean;

interface CompiledRule {
  decision: Decision;
  operations: Test;
  resources: Test;
  modes: (mode: Mode) => boolean;
  labels: Test;
}

/** Decides requests under one policy. The same question is answered from a cache. */
export class PolicyEngine {
  readonly #rules: CompiledRule[];
  readonly #audit: boolean;
  readonly #cache = new Map<string, Decision>();

  constructor(policy: LoadedPolicy) {
    this.#audit = policy.audit;
    this.#rules = policy.rules.map(({ rule, source }) => ({
      decision: { effect: rule.effect, reason: rule.reason ?? `a rule of ${basename(source)} says so`, rule, source },
      operations: anyOf(rule.operations.map((name) => name.replace(/\*$/, '**'))),
      resources: anyOf(rule.resources?.map(asGuestPath)),
      modes: (mode) => rule.modes?.includes(mode) ?? true,
      labels: anyOf(rule.labels),
    }));
    const isForbidden = anyOf(policy.forbiddenModules);
    if (policy.forbiddenModules.length === 0) return;
    this.#rules.push({
      decision: { effect: 'deny', reason: 'the policy forbids this module' },
      operations: (name) => name === 'module.load',
      resources: isForbidden,
      modes: () => true,
      labels: () => true,
    });
  }

  /** The strongest of the rules that match, deny before allow before ask; the mode's default where none does. */
  decide(request: PolicyRequest): Decision {
    const { operation, resource, mode, label } = request;
    // No choice of names makes two requests one.
    const key = `${operation}\n${mode}\n${label.length}\n${label}\n${resource}`;
    const known = this.#cache.get(key);
    if (known) return known;
    const decision = this.#evaluate(request);
    if (this.#cache.size >= CACHED_DECISIONS) this.#cache.clear();
    this.#cache.set(key, decision);
    return decision;
  }

  /** Every rule that speaks to a request, the strongest first: what `apex policy explain` shows. */
  matching(request: PolicyRequest): Decision[] {
    return this.#rules
      .filter((rule) => matches(rule, request))
      .map((rule) => rule.decision)
      .sort((a, b) => STRENGTH[b.effect] - STRENGTH[a.effect]);
  }

  #evaluate(request: PolicyRequest): Decision {
    const [strongest] = this.matching(request);
    if (strongest) return strongest;
    const effect = DEFAULT_EFFECT[request.mode];
    const reason = `no rule speaks of it, and ${request.mode} mode ${effect === 'ask' ? 'asks' : effect === 'deny' ? 'denies' : 'allows'} by default`;
    if (this.#audit && effect !== 'allow')
      return { effect: 'allow', reason: `audit mode allows it (${reason})`, audited: true };
    return { effect, reason, byDefault: true };
  }
}

function matches(rule: CompiledRule, { operation, resource, mode, label }: PolicyRequest): boolean {
  if (!rule.modes(mode) || !rule.operations(operation) || !rule.labels(label)) return false;
  if (rule.resources(resource)) return true;
  // A pattern without a method means every method.
  return operation === 'net.request' && rule.resources(resource.slice(resource.indexOf(' ') + 1));
}

function anyOf(patterns: readonly string[] | undefined): Test {
  if (!patterns) return () => true;
  const tests = patterns.map(compilePattern);
  return (text) => tests.some((test) => test(text));
}

/** `data/**` and `./data/**` mean files of the program; everything else is already a name. */
function asGuestPath(pattern: string): string {
  if (/^\.?\.?\//.test(pattern)) return pattern.startsWith('./') ? `/app/${pattern.slice(2)}` : pattern;
  return pattern;
}
