import assert from 'node:assert/strict';
import type { AnomalyRule } from '../../protocol/sandboxSecurity.ts';
import { CrossingMonitor } from './crossingMonitor.ts';
import { DEFAULT_RULES, withDefaults } from './defaultRules.ts';

const rule = (parts: Partial<AnomalyRule>): AnomalyRule => ({
  ...{ name: 'r', operations: ['*'], measure: 'count', over: 2, withinMs: 100, response: 'alert' },
  ...parts,
});

describe('the monitor of crossings', () => {
  const run = (
    rules: AnomalyRule[],
    crossings: [at: number, operation: string, resource: string, outcome?: string][],
  ) => {
    const monitor = new CrossingMonitor(rules, 0);
    const found = crossings.flatMap(([at, operation, resource, outcome = 'allowed']) =>
      monitor.crossed({ operation, resource, outcome }, at).map(({ message }) => `${at} ${message}`),
    );
    return { monitor, found };
  };

  it('counts by operation', () => {
    const { monitor } = run(
      [],
      [
        [1, 'fs.read', 'a'],
        [2, 'fs.read', 'b', 'denied'],
        [3, 'kv.read', 'c'],
      ],
    );
    assert.deepEqual(monitor.counts, { 'fs.read': { count: 2, denied: 1 }, 'kv.read': { count: 1, denied: 0 } });
  });

  it('finds more than so many within a time, and is quiet for that time afterwards', () => {
    const at = (...times: number[]) => times.map((time) => [time, 'fs.read', 'a'] as [number, string, string]);
    assert.deepEqual(run([rule({})], at(0, 60, 120, 180)).found, []);
    assert.deepEqual(run([rule({})], at(0, 10, 20, 30, 40, 50, 60)).found, ['20 r: 3 crossings within 100 ms']);
    assert.equal(run([rule({})], at(0, 10, 20, 130, 140, 150)).found.length, 2);
  });

  it('tells different things from the same one, and refused from allowed', () => {
    const scan = rule({ measure: 'resources', operations: ['fs.*'] });
    assert.deepEqual(
      run(
        [scan],
        [
          [0, 'fs.read', 'a'],
          [1, 'fs.read', 'a'],
          [2, 'fs.read', 'a'],
          [3, 'fs.read', 'b'],
          [4, 'kv.read', 'c'],
        ],
      ).found,
      [],
    );
    assert.equal(
      run(
        [scan],
        [
          [0, 'fs.read', 'a'],
          [1, 'fs.write', 'b'],
          [2, 'fs.read', 'c'],
        ],
      ).found.length,
      1,
    );
    const probing = rule({ only: 'denied', over: 0 });
    assert.equal(
      run(
        [probing],
        [
          [0, 'fs.read', 'a'],
          [1, 'fs.read', 'b', 'denied'],
        ],
      ).found.length,
      1,
    );
  });

  it('knows the hosts of the first half minute', () => {
    const hosts = rule({ measure: 'new-hosts', over: 0 });
    assert.deepEqual(
      run(
        [hosts],
        [
          [0, 'net.request', 'GET https://a.b/x'],
          [40_000, 'net.request', 'GET https://a.b/y'],
          [40_001, 'net.request', 'POST https://c.d/'],
        ],
      ).found,
      ['40001 r: 1 host not asked before (c.d) within 100 ms'],
    );
  });

  it('adds up what was sent', () => {
    const monitor = new CrossingMonitor([rule({ measure: 'bytes', over: 1000, operations: ['net.request'] })], 0);
    assert.equal(monitor.sent('net.request', 600, 0).length, 0);
    assert.equal(monitor.sent('fs.write', 600, 1).length, 0);
    assert.match(monitor.sent('net.request', 600, 2)[0]!.message, /1200 bytes sent/);
  });

  it('lets a policy replace a default by name', () => {
    const rules = withDefaults([rule({ name: 'burst', response: 'kill' }), rule({ name: 'own' })]);
    assert.equal(rules.length, DEFAULT_RULES.length + 1);
    assert.equal(rules.find(({ name }) => name === 'burst')?.response, 'kill');
  });
});
