import { operationSchema } from '../../protocol/policy.ts';
import type { Outcome } from '../../protocol/sandbox.ts';
import type { AuditEvent } from './auditLog.ts';
import { maskNames } from './maskNames.ts';

/** The audit events that are crossings. */
export const CROSSINGS: ReadonlySet<string> = new Set(operationSchema.options);
/** What the audit log keeps of a name. */
const LONGEST_NAME = 1000;

/** How a sandbox came to its end. */
export function endEvent(id: string, outcome: Outcome): AuditEvent {
  if (outcome.ok) return { operation: 'sandbox.end', actor: id, outcome: 'done' };
  const { code } = outcome.failure;
  return { operation: 'sandbox.end', actor: id, outcome: code === 'stopped' ? 'done' : 'failed', reason: code };
}

/**
 * Addresses and command lines may carry a secret, which no log keeps.
 * A guest chooses how long the names are that it asks for; a log of them is not to fill the disk. */
export function shortened(event: AuditEvent): AuditEvent {
  const { operation, resource, reason } = event;
  const isSpoken = operation === 'net.request' || operation === 'process.run';
  return {
    ...event,
    ...(resource !== undefined && { resource: isSpoken ? maskNames(shortText(resource)) : shortText(resource) }),
    ...(reason !== undefined && { reason: shortText(reason) }),
  };
}

function shortText(text: string): string {
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}… (${text.length} characters)` : text;
}
