import assert from 'node:assert/strict';
import type { Decision, PolicyRequest, PolicyRule } from '../../protocol/policy.ts';
import { NO_POLICY } from './loadPolicy.ts';
import { compilePattern } from './patterns.ts';
import { PolicyEngine } from './policyEngine.ts';
import { suggestPolicy } from './suggestPolicy.ts';

const engine = (rules: PolicyRule[], more: Partial<typeof NO_POLICY> = {}) =>
  new PolicyEngine({ ...NO_POLICY, ...more, rules: rules.map((rule) => ({ rule, source: 'apex.policy.json' })) });
const request = (operation: PolicyRequest['operation'], resource: string, more: Partial<PolicyRequest> = {}) => ({
  operation,
  resource,
  mode: 'isolation' as const,
  label: 'plugin-a',
  ...more,
});

describe('the policy engine', () => {
  const rules: PolicyRule[] = [
    { effect: 'allow', operations: ['fs.read'], resources: ['./data/**'] },
    { effect: 'allow', operations: ['fs.*'], resources: ['/app/out/*'] },
    { effect: 'deny', operations: ['*'], resources: ['/app/data/secret*'], reason: 'secrets stay' },
    {
      effect: 'allow',
      operations: ['net.request'],
      resources: ['https://api.example.com/**', 'POST https://log.example.com/'],
    },
    { effect: 'ask', operations: ['net.request'], resources: ['https://*.example.org/**'] },
    { effect: 'allow', operations: ['env.read'], resources: ['NODE_*'], modes: ['hybrid'], labels: ['plugin-*'] },
  ];
  const cases: [PolicyRequest, Decision['effect']][] = [
    [request('fs.read', '/app/data/a/b.json'), 'allow'],
    [request('fs.write', '/app/data/a/b.json'), 'deny'],
    [request('fs.write', '/app/out/a.txt'), 'allow'],
    [request('fs.write', '/app/out/deep/a.txt'), 'deny'],
    [request('fs.read', '/app/data/secret.json'), 'deny'],
    [request('fs.read', '/app/data/secret.json', { mode: 'development' }), 'deny'],
    [request('fs.read', '/app/other', { mode: 'development' }), 'allow'],
    [request('fs.read', '/app/other', { mode: 'hybrid' }), 'ask'],
    [request('net.request', 'DELETE https://api.example.com/v1/x'), 'allow'],
    [request('net.request', 'GET https://api.example.com.evil.org/v1'), 'deny'],
    [request('net.request', 'POST https://log.example.com/'), 'allow'],
    [request('net.request', 'GET https://log.example.com/'), 'deny'],
    [request('net.request', 'GET https://a.example.org/x'), 'ask'],
    [request('env.read', 'NODE_ENV', { mode: 'hybrid' }), 'allow'],
    [request('env.read', 'NODE_ENV', { mode: 'hybrid', label: 'other' }), 'ask'],
    [request('env.read', 'NODE_ENV'), 'deny'],
  ];
  for (const [asked, effect] of cases) {
    it(`${effect}: ${asked.operation} ${asked.resource} in ${asked.mode} for ${asked.label}`, () => {
      const policy = engine(rules);
      assert.equal(policy.decide(asked).effect, effect);
      assert.equal(policy.decide(asked).effect, effect, 'and the same from the cache');
    });
  }

  it('gives the reason of the rule that decided', () => {
    assert.equal(engine(rules).decide(request('fs.read', '/app/data/secret')).reason, 'secrets stay');
  });

  it('never loads a forbidden module', () => {
    const policy = engine([{ effect: 'allow', operations: ['*'] }], { forbiddenModules: ['left-*'] });
    assert.equal(policy.decide(request('module.load', 'left-pad')).effect, 'deny');
    assert.equal(policy.decide(request('module.load', 'right-pad')).effect, 'allow');
    assert.equal(policy.decide(request('kv.read', 'left-pad')).effect, 'allow');
  });

  it('allows in audit mode what nobody denies, and marks it', () => {
    const policy = engine(rules, { audit: true });
    assert.deepEqual(
      [policy.decide(request('kv.read', 'a')), policy.decide(request('fs.read', '/app/data/secret'))].map(
        ({ effect, audited }) => [effect, audited],
      ),
      [
        ['allow', true],
        ['deny', undefined],
      ],
    );
  });

  it('takes nothing in a pattern for a regular expression', () => {
    assert.equal(compilePattern('a.b')('axb'), false);
    assert.equal(compilePattern('(a+)+$*')(`(a+)+$${'x'.repeat(50)}`), true);
    assert.equal(compilePattern('a?c')('abc'), true);
    assert.equal(compilePattern('a?c')('a/c'), false);
  });

  it('suggests a policy that allows what was asked and nothing else', () => {
    const asked = [
      request('fs.read', '/app/b'),
      request('kv.read', 'k'),
      request('fs.read', '/app/a'),
      request('fs.read', '/app/b'),
    ];
    const suggested = suggestPolicy(asked);
    const policy = engine(suggested.rules ?? []);
    for (const one of asked) assert.equal(policy.decide(one).effect, 'allow');
    assert.equal(policy.decide(request('fs.read', '/app/c')).effect, 'deny');
    assert.deepEqual(suggested.rules?.[0]?.resources, ['/app/a', '/app/b']);
  });
});
