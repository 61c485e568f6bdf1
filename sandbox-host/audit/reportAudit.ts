import type { AuditLine } from './auditLog.ts';

/** What of the log is wanted: all conditions hold. Times as ISO text, patterns as plain beginnings. */
export interface AuditQuery {
  since?: string;
  until?: string;
  actor?: string;
  operation?: string;
  outcome?: string;
}

export interface AuditReport {
  entries: number;
  from: string | undefined;
  to: string | undefined;
  /** Counts by operation and outcome, the most frequent first. */
  byOperation: { operation: string; outcome: string; count: number }[];
  byActor: { actor: string; count: number; denied: number }[];
  /** What was refused, with how often. */
  denied: { operation: string; resource: string; count: number }[];
}

export function selectEntries(lines: readonly AuditLine[], query: AuditQuery): AuditLine[] {
  return lines.filter(
    (line) =>
      (query.since === undefined || line.time >= query.since) &&
      (query.until === undefined || line.time <= query.until) &&
      (query.actor === undefined || line.actor === query.actor) &&
      (query.operation === undefined || line.operation.startsWith(query.operation)) &&
      (query.outcome === undefined || line.outcome === query.outcome),
  );
}

export function reportAudit(lines: readonly AuditLine[]): AuditReport {
  const times = lines.map((line) => line.time).sort();
  const denied = lines.filter((line) => line.outcome === 'denied');
  return {
    entries: lines.length,
    from: times[0],
    to: times.at(-1),
    byOperation: tally(lines, (line) => [line.operation, line.outcome]).map(([[operation, outcome], count]) => ({
      operation: operation!,
      outcome: outcome!,
      count,
    })),
    byActor: tally(lines, (line) => [line.actor]).map(([[actor], count]) => ({
      actor: actor!,
      count,
      denied: denied.filter((line) => line.actor === actor).length,
    })),
    denied: tally(denied, (line) => [line.operation, line.resource ?? '']).map(([[operation, resource], count]) => ({
      operation: operation!,
      resource: resource!,
      count,
    })),
  };
}

/** Counts by key, the most frequent first, equal ones in order of their keys. */
function tally(lines: readonly AuditLine[], keyOf: (line: AuditLine) => string[]): [string[], number][] {
  const counts = new Map<string, { key: string[]; count: number }>();
  for (const line of lines) {
    const key = keyOf(line);
    const entry = counts.get(key.join('\n')) ?? { key, count: 0 };
    entry.count++;
    counts.set(key.join('\n'), entry);
  }
  return [...counts]
    .sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
    .map(([, { key, count }]) => [key, count]);
}
