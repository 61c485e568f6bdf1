import {
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { modelVocabulary, readProjectModels } from '../analysis/models/projectModels.ts';

export const MODELS_FILE = 'apex.models.yaml';

export function isModelsFile(path: string): boolean {
  return path.endsWith(`/${MODELS_FILE}`);
}

/** What is wrong in a project's models, each at its place. */
export function modelDiagnostics(document: TextDocument): Diagnostic[] {
  const { problems } = readProjectModels(document.getText());
  return problems.map(({ message, from, to }) => ({
    range: { start: document.positionAt(from), end: document.positionAt(Math.max(to, from + 1)) },
    severity: DiagnosticSeverity.Error,
    source: 'apex',
    code: 'models-invalid',
    message,
  }));
}

/** Sections at the start of a line, fields inside an entry, and the words that a field takes. */
export function modelCompletions(document: TextDocument, offset: number): CompletionItem[] {
  const text = document.getText();
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  if (/^\w*$/.test(line)) return items(Object.keys(modelVocabulary), CompletionItemKind.Module, ':');
  const section = sectionAt(text, offset);
  const fields = section === undefined ? undefined : modelVocabulary[section];
  if (!fields) return [];
  const open = /(\w+)\s*:\s*(?:\[[\w\s,]*)?\w*$/.exec(line);
  const words = open && fields[open[1]!];
  if (words) return items(words, CompletionItemKind.EnumMember, '');
  return /[{,-]\s*\w*$|^\s+\w*$/.test(line) ? items(Object.keys(fields), CompletionItemKind.Field, ': ') : [];
}

function sectionAt(text: string, offset: number): string | undefined {
  const headings = [...text.slice(0, offset).matchAll(/^(\w+):/gm)];
  return headings[headings.length - 1]?.[1];
}

function items(labels: readonly string[], kind: CompletionItemKind, after: string): CompletionItem[] {
  return labels.map((label) => ({ label, kind, insertText: label + after }));
}
