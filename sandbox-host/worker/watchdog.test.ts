import assert from 'node:assert/strict';
import { findBreach, type Watched } from './watchdog.ts';

const watched = (changes: Partial<Watched>): Watched => ({
  limits: { wallMs: 1000, turnMs: 100, cpuMs: 50 },
  startedAt: 0,
  turnStartedAt: undefined,
  cpuMs: () => 0,
  breach: () => {},
  ...changes,
});

describe('the watchdog', () => {
  const cases: [string, Watched, number, string | undefined][] = [
    ['lets a waiting guest be', watched({}), 999, undefined],
    ['ends a guest at its wall time, also while it waits', watched({}), 1000, 'timeout'],
    ['ends a turn that is too long', watched({ turnStartedAt: 10 }), 110, 'timeout'],
    ['ends a guest that has used its CPU time', watched({ turnStartedAt: 10, cpuMs: () => 50 }), 60, 'cpu-limit'],
    ['counts no CPU time against a waiting guest', watched({ cpuMs: () => 500 }), 60, undefined],
    [
      'knows no limit of 0',
      watched({ limits: { wallMs: 0, turnMs: 0, cpuMs: 0 }, turnStartedAt: 0, cpuMs: () => 1e9 }),
      1e9,
      undefined,
    ],
  ];
  for (const [name, guest, now, breach] of cases) it(name, () => assert.equal(findBreach(guest, now), breach));
});
