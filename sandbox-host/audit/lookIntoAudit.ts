import { basename } from 'node:path';
import type { AuditReportInfo, AuditVerdict } from '../../protocol/sandboxAudit.ts';
import { auditFiles } from './auditLog.ts';
import { auditChains } from './openAuditChain.ts';
import { type AuditQuery, reportAudit, selectEntries } from './reportAudit.ts';
import { readAudit, verifyAudit } from './verifyAudit.ts';

/** Every chain in `home` that has an entry, looked at line by line. */
export function verifyChains(home: string): AuditVerdict[] {
  return written(home).map((chain) => ({ chain: basename(chain), ...verifyAudit(chain) }));
}

/** The entries of all chains in `home` that fit, counted. */
export function reportChains(home: string, query: AuditQuery): AuditReportInfo {
  const lines = written(home).flatMap((chain) => readAudit(chain).flatMap(({ line }) => (line ? [line] : [])));
  return reportAudit(selectEntries(lines, query));
}

/** A host that has just been started has a chain and nothing in it. */
function written(home: string): string[] {
  return auditChains(home).filter((chain) => auditFiles(chain).length > 0);
}
