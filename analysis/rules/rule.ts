import type { AnalysisPolicy } from '../../protocol/policy.ts';
import type { Observer } from '../flow/machine.ts';
import type { Confidence, Severity } from '../report/finding.ts';
import type { SinkKind, SourceKind } from '../values/kinds.ts';

/** A rule: what it says to people as data, what it looks for as a kind of sink or as an observer. */
export interface Rule {
  id: string;
  title: string;
  /** CWE numbers, the most exact first. */
  cwe: readonly number[];
  /** OWASP Top 10 (2021) category, e.g. `A03:2021 Injection`. */
  owasp: string;
  severity: Severity;
  confidence: Confidence;
  /** Taint rules: the kind of sink. */
  kind?: SinkKind;
  /** Taint rules: the sources that count (default: request, message). */
  sources?: readonly SourceKind[];
  /** What is wrong and why it matters, in a few plain sentences. */
  explanation: string;
  /** Source that the rule must flag. The test suite runs it. */
  wrong: string;
  /** The same program made right: no rule may flag it. */
  right: string;
  /** Extension of the examples; default `js`. */
  language?: 'js' | 'ts' | 'jsx' | 'tsx';
  /** The policy under which the examples are read. */
  policy?: AnalysisPolicy;
  observer?: Observer;
}
