import type { ModuleUnit, ReportExtra, Sink } from '../flow/machine.ts';
import type { Rule } from '../rules/rule.ts';
import { positionAt } from '../syntax/parse.ts';
import type { ts } from '../syntax/typescript.ts';
import { stepsOf, type Taint } from '../values/taint.ts';
import type { Finding, Location, PathStep } from './finding.ts';

export function locate(node: ts.Node, root: ts.SourceFile, path: string): Location {
  const from = node.getStart(root);
  const to = node.getEnd();
  return { path, from, to, start: positionAt(root, from), end: positionAt(root, to) };
}

/** A finding with its whole path. A parameter as source means: whoever calls the exported function. */
export function taintFinding(rule: Rule, sink: Sink, taint: Taint, library: boolean): Finding {
  const steps: PathStep[] = stepsOf(taint.step).map((step) => {
    const root = step.node.getSourceFile();
    return { ...locate(step.node, root, root.fileName), note: step.note };
  });
  const place = locate(sink.node, sink.unit.tree.root, sink.unit.path);
  steps.push({ ...place, note: `reaches ${sink.name}` });
  const origin = taint.origin;
  const from =
    origin.kind === 'source' ? `\`${origin.text}\`` : `Parameter ${parameterName(taint)}of an exported function`;
  return {
    ...place,
    rule: rule.id,
    message: `${rule.title}: ${from} reaches ${sink.name}${sink.detail ? ` ${sink.detail}` : ''}.`,
    severity: sink.severity ?? rule.severity,
    confidence: library ? 'low' : (sink.confidence ?? rule.confidence),
    steps,
    fixes: sink.fixes?.() ?? [],
    library,
  };
}

/** A finding whose place alone is the fault. */
export function plainFinding(rule: Rule, node: ts.Node, unit: ModuleUnit, extra: ReportExtra = {}): Finding {
  return {
    ...locate(node, unit.tree.root, unit.path),
    rule: rule.id,
    message: extra.message ?? `${rule.title}.`,
    severity: extra.severity ?? rule.severity,
    confidence: extra.confidence ?? rule.confidence,
    steps: [],
    fixes: extra.fixes ?? [],
    library: false,
  };
}

function parameterName(taint: Taint): string {
  const first = stepsOf(taint.step)[0];
  const name = first?.note.replace(/^parameter /, '');
  return name ? `\`${name}\` ` : '';
}
