import type { Limits, Mode } from '../../protocol/sandbox.ts';

/** Limits of a sandbox that asks for none. Isolation is for code nobody has read, so it is tight and ends a loop in one second. */
export const DEFAULT_LIMITS: Readonly<Record<Mode, Limits>> = {
  isolation: { wallMs: 30_000, turnMs: 1_000, cpuMs: 5_000, memoryMb: 64, outputBytes: 1 << 20, pendingCalls: 256 },
  hybrid: { wallMs: 0, turnMs: 5_000, cpuMs: 60_000, memoryMb: 256, outputBytes: 16 << 20, pendingCalls: 1_000 },
  development: { wallMs: 0, turnMs: 30_000, cpuMs: 0, memoryMb: 512, outputBytes: 1 << 28, pendingCalls: 10_000 },
};

/** The limits of `mode` with those that were asked for. What is kept stays until it is stopped: its whole time has no limit of its own. */
export function limitsFor(mode: Mode, asked: Partial<Limits> = {}, keep = false): Limits {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  return { ...DEFAULT_LIMITS[mode], ...(keep && { wallMs: 0 }), ...given };
}
