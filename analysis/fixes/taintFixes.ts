import type { CallEvent } from '../flow/machine.ts';
import type { Fix } from '../report/finding.ts';
import type { SinkKind } from '../values/kinds.ts';
import { execFileFix } from './execFile.ts';
import { pathGuard } from './pathGuard.ts';
import { sqlParameters } from './sqlParameters.ts';

const byKind: Partial<Record<SinkKind, (event: CallEvent) => Fix[]>> = {
  sql: sqlParameters,
  command: execFileFix,
  path: pathGuard,
};

/** Repairs of a call that untrusted data reaches; none where a plain rewrite would change what the program does. */
export function taintFixes(kind: SinkKind, event: CallEvent): Fix[] {
  return byKind[kind]?.(event) ?? [];
}
