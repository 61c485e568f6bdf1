/**
 * How exactly limits hold: every program of `test/hostile/limitPrograms.ts` once, in isolation mode; the time that its limit
 * took and the most memory that its process had beyond an empty worker's, each as a multiple of the limit.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../protocol/sandbox.ts';
import { Supervisor } from '../sandbox-host/supervisor/supervisor.ts';
import { limitPrograms } from '../test/hostile/limitPrograms.ts';

const limits = { wallMs: 4000, turnMs: 1000, cpuMs: 2000, memoryMb: 64 };
const folder = mkdtempSync(join(tmpdir(), 'apex-limits-'));
process.env.APEX_AUDIT_LOG = join(folder, 'audit');

const began = new Map<string, number>();
const endings = new Map<string, (outcome: Outcome) => void>();
const supervisor = new Supervisor({
  output: () => {},
  changed: ({ id, status }) => {
    if (status === 'running' && !began.has(id)) began.set(id, performance.now());
  },
  stateChanged: () => {},
  ended: (id, outcome) => endings.get(id)?.(outcome),
});

interface Measured {
  name: string;
  code: string;
  ms: number;
  memoryMb: number;
}

async function measure(name: string, source: string): Promise<Measured> {
  const file = join(folder, 'program.js');
  writeFileSync(file, source);
  const { plan } = await supervisor.start({ file, limits });
  const outcome = await new Promise<Outcome>((resolve) => endings.set(plan.id, resolve));
  const ms = performance.now() - (began.get(plan.id) ?? performance.now());
  return { name, code: outcome.ok ? 'ended' : outcome.failure.code, ms, memoryMb: outcome.usage.memoryMb };
}

const share = (values: number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;

try {
  const all: Measured[] = [];
  for (const [name, , source] of limitPrograms) all.push(await measure(name, source));
  for (const code of new Set(all.map((one) => one.code))) {
    console.log(`${code.padEnd(14)} ${all.filter((one) => one.code === code).length}`);
  }
  // No program may run longer than its wall time; most are ended by a turn or by CPU time before.
  const worst = (key: 'ms' | 'memoryMb') => all.toSorted((a, b) => b[key] - a[key])[0]!;
  const held = all.map(({ ms }) => ms / limits.wallMs);
  const turns = all.filter(({ code, ms }) => code === 'timeout' && ms < limits.wallMs * 0.9);
  const turn = turns.map(({ ms }) => ms / limits.turnMs);
  const memory = all.map(({ memoryMb }) => memoryMb / limits.memoryMb);
  const line = (what: string, values: number[], name: string) =>
    console.log(
      `${what.padEnd(34)} p50 ${share(values, 0.5).toFixed(2)}  p95 ${share(values, 0.95).toFixed(2)}  worst ${Math.max(...values).toFixed(2)} (${name})`,
    );
  line('of the whole time', held, worst('ms').name);
  line('of the time without a pause', turn, turns.toSorted((a, b) => b.ms - a.ms)[0]?.name ?? '');
  line('of the memory', memory, worst('memoryMb').name);
  for (const { name, memoryMb } of all.toSorted((a, b) => b.memoryMb - a.memoryMb).slice(0, 10)) {
    console.log(`  ${name.padEnd(32)} ${(memoryMb / limits.memoryMb).toFixed(2)}`);
  }
} finally {
  supervisor.close();
  rmSync(folder, { recursive: true, force: true });
}
