import { basename } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { auditChains, auditHome } from '../../sandbox-host/audit/openAuditChain.ts';
import { type AuditReport, reportAudit, selectEntries } from '../../sandbox-host/audit/reportAudit.ts';
import { readAudit, verifyAudit } from '../../sandbox-host/audit/verifyAudit.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';

export const command: Command = {
  usage:
    'audit verify [--log FOLDER] | audit report [--log FOLDER] [--since TIME] [--until TIME] [--actor NAME] [--operation NAME] [--outcome NAME]',
  help: [
    'verify looks for any line of the audit log that was changed, removed, added or moved.',
    'report counts what happened, by operation, actor and refusal. Times are ISO texts: 2026-11-20T12:00.',
    'The log is in the folder that APEX_AUDIT_LOG names, else in the state folder of the user.',
    'Of each chain 128 MiB are kept (APEX_AUDIT_KEEP_MB): the oldest files are dropped, and a line of the chain says so.',
    'Exit code 0: the log is whole; 1: it was changed; 2: there is none.',
  ].join('\n'),
  options: {
    log: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    actor: { type: 'string' },
    operation: { type: 'string' },
    outcome: { type: 'string' },
  },
  run: async ({ options, positionals, json }) => {
    const [action, ...rest] = positionals;
    const chains = chainsIn(typeof options.log === 'string' ? options.log : auditHome());
    if (action === 'verify' && rest.length === 0) return verify(chains, json);
    if (action === 'report' && rest.length === 0) return report(chains, options, json);
    throw new ApexError('wrong-use', 'Say "verify" or "report".', `Usage: apex ${command.usage}`);
  },
};

function chainsIn(home: string): string[] {
  const chains = auditChains(home);
  if (chains.length > 0) return chains;
  throw new ApexError(
    'no-audit-log',
    `There is no audit log in ${home}.`,
    'Run something in a sandbox, or name the folder with --log.',
  );
}

function verify(chains: string[], json: boolean): ExitCode {
  const verdicts = chains.map((chain) => ({ chain: basename(chain), ...verifyAudit(chain) }));
  const ok = verdicts.every((verdict) => verdict.ok);
  if (json) process.stdout.write(`${JSON.stringify({ ok, chains: verdicts })}\n`);
  for (const { chain, ok: whole, lines, dropped, fault, head } of json ? [] : verdicts) {
    const older = dropped ? ` (${dropped} older ones were dropped, as it says itself)` : '';
    const text = whole ? `whole, ${lines} lines${older}, head ${head}` : `CHANGED at ${fault}`;
    process.stdout.write(`${chain}: ${text}\n`);
  }
  return ok ? 0 : 1;
}

function report(chains: string[], options: Invocation['options'], json: boolean): ExitCode {
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined);
  const lines = chains.flatMap((chain) => readAudit(chain).flatMap(({ line }) => (line ? [line] : [])));
  const query = {
    since: text('since'),
    until: text('until'),
    actor: text('actor'),
    operation: text('operation'),
    outcome: text('outcome'),
  };
  const result = reportAudit(selectEntries(lines, query));
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : layOut(result));
  return 0;
}

function layOut({ entries, from, to, byOperation, byActor, denied }: AuditReport): string {
  if (entries === 0) return 'No entry fits.\n';
  const rows = (title: string, lines: string[]) =>
    lines.length > 0 ? [`\n${title}`, ...lines.map((line) => `  ${line}`)] : [];
  const count = (number: number) => String(number).padStart(6);
  return `${[
    `${entries} entries from ${from} to ${to}`,
    ...rows(
      'By operation',
      byOperation.map((row) => `${count(row.count)}  ${row.operation} ${row.outcome}`),
    ),
    ...rows(
      'By actor',
      byActor.map((row) => `${count(row.count)}  ${row.actor} (${row.denied} denied)`),
    ),
    ...rows(
      'Denied',
      denied.map((row) => `${count(row.count)}  ${row.operation} ${visible(row.resource)}`),
    ),
  ].join('\n')}\n`;
}

/** A guest chooses the names that it asks for: none of them moves the cursor of a terminal or looks like a line of its own. */
function visible(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (mark) => {
    return `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
