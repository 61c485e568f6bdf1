import type { CallEvent, Frame, Machine } from '../flow/machine.ts';
import { analyzePattern, type Catastrophe } from '../regex/analyzePattern.ts';
import type { ts } from '../syntax/typescript.ts';
import { addStep } from '../values/taint.ts';
import type { Value } from '../values/value.ts';
import type { Rule } from './rule.ts';

const id = 'catastrophic-pattern';

function expression(node: ts.Expression, value: Value, frame: Frame, machine: Machine): void {
  const pattern = value.pattern;
  if (!pattern || pattern.node !== node) return;
  const found = analyzePattern(pattern.source, pattern.flags);
  if (found?.degree === 'exponential') {
    machine.report(id, node, frame.unit, { message: describe(found) });
  }
}

/** Polynomial patterns matter only where the text comes from outside. */
function call(event: CallEvent, machine: Machine): void {
  const { name, receiver, arguments: values } = event;
  const first = values[0];
  const onPattern = name === 'test' || name === 'exec';
  const onText =
    name === 'match' ||
    name === 'matchAll' ||
    name === 'replace' ||
    name === 'replaceAll' ||
    name === 'search' ||
    name === 'split';
  const pattern = onPattern ? receiver?.pattern : onText ? first?.pattern : undefined;
  const subject = onPattern ? first : receiver;
  if (!pattern || !subject || subject.taints.length === 0) return;
  const found = analyzePattern(pattern.source, pattern.flags);
  if (found?.degree !== 'polynomial') return;
  // The fault is the pattern, however often it is used.
  const own = pattern.node.getSourceFile() === event.frame.unit.tree.root ? pattern.node : event.node;
  for (const taint of subject.taints) {
    machine.deliver(
      {
        kind: 'backtracking',
        rule: id,
        unit: event.frame.unit,
        node: own,
        name: own === event.node ? `${name}()` : 'a pattern',
        detail: `${own === event.node ? 'whose pattern' : 'that'} takes time that grows with the square of the length or faster; ${witness(found)}`,
        severity: 'medium',
        confidence: 'medium',
      },
      own === event.node ? taint : addStep(taint, event.node, `matched by ${name}()`),
    );
  }
}

function describe(found: Catastrophe): string {
  return `This pattern takes time that doubles with each repetition: ${witness(found)} keeps it busy for minutes.`;
}

function witness({ prefix, pump, suffix }: Catastrophe): string {
  const start = prefix === '' ? '' : `${JSON.stringify(prefix)} + `;
  const end = suffix === '' ? '' : ` + ${JSON.stringify(suffix)}`;
  return `${start}${JSON.stringify(pump)}.repeat(50)${end}`;
}

export const catastrophicPattern: Rule = {
  id,
  title: 'Regular expression that can hang the program',
  cwe: [1333, 400, 730],
  owasp: 'A06:2021 Vulnerable and Outdated Components',
  severity: 'high',
  confidence: 'high',
  kind: 'backtracking',
  sources: ['request', 'message', 'parameter'],
  explanation:
    'Where a pattern can take the same text in two ways inside a repetition, a text that fails at the end makes the engine ' +
    'try all combinations. One short request stops the whole process. Write it so that each character has one place.',
  wrong: `const word = /^(\\w+\\s?)*$/;
exports.isSentence = (text) => word.test(text);
`,
  right: `const word = /^\\w+(?:\\s\\w+)*$/;
exports.isSentence = (text) => word.test(text);
`,
  observer: { expression, call },
};
