import { type CodeAction, CodeActionKind, type Diagnostic, type TextEdit } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../analysis/report/finding.ts';
import { commentFor, REASON } from '../analysis/suppress/directives.ts';
import { scriptText } from '../analysis/syntax/parse.ts';
import { toRange } from './toDiagnostic.ts';

/** Opens the path of a finding in the client's path view. */
export function showPaths(findings: readonly Finding[], document: TextDocument): CodeAction[] {
  return findings
    .filter((finding) => finding.steps.length > 0)
    .map((finding) => ({
      title: `Show the path (${finding.rule})`,
      kind: CodeActionKind.QuickFix,
      command: {
        title: 'Show the path',
        command: 'apex.showPath',
        arguments: [document.uri, finding.start.line, finding.rule],
      },
    }));
}

/** The repairs of the findings that a range touches. */
export function repairs(
  findings: readonly Finding[],
  document: TextDocument,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  return findings.flatMap((finding) =>
    finding.fixes.map((fix): CodeAction => {
      const edits = fix.edits.map(
        (edit): TextEdit => ({
          range: { start: document.positionAt(edit.from), end: document.positionAt(edit.to) },
          newText: edit.text,
        }),
      );
      const range = toRange(finding);
      const fixed = diagnostics.filter(
        (diagnostic) => diagnostic.code === finding.rule && diagnostic.range.start.line === range.start.line,
      );
      return {
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        isPreferred: true,
        diagnostics: fixed,
        edit: { changes: { [document.uri]: edits } },
      };
    }),
  );
}

/** Puts a suppression above the line; the reason is for the person to write. */
export function suppressions(findings: readonly Finding[], document: TextDocument): CodeAction[] {
  const code = (path: string): string[] => scriptText(path, document.getText()).split('\n');
  return findings
    .filter(({ rule }) => rule !== 'suppression')
    .map(({ path, rule, start }) => {
      const line = document.getText({
        start: { line: start.line, character: 0 },
        end: { line: start.line + 1, character: 0 },
      });
      const indent = /^\s*/.exec(line)![0].replace(/[\r\n]/g, '');
      const place = { line: start.line, character: 0 };
      const comment = commentFor(path, line, code(path)[start.line] ?? '', `apex-ignore ${rule} -- ${REASON}`);
      const newText = `${indent}${comment}\n`;
      return {
        title: `Ignore ${rule} here, with a reason`,
        kind: CodeActionKind.QuickFix,
        edit: { changes: { [document.uri]: [{ range: { start: place, end: place }, newText }] } },
      };
    });
}
