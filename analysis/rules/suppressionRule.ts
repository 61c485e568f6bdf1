import type { Rule } from './rule.ts';

/** Findings about suppression comments; `analysis/suppress` makes them. */
export const suppressionRule: Rule = {
  id: 'suppression',
  title: 'Suppression without a reason, or out of date',
  cwe: [1120],
  owasp: 'A04:2021 Insecure Design',
  severity: 'low',
  confidence: 'high',
  explanation:
    'A comment `// apex-ignore rule-id -- reason until 2027-01-01` silences a rule on its line or the next. Without a ' +
    'reason nobody can judge it later, and after its day, or when the finding is gone, it only hides what comes next.',
  wrong: '// apex-ignore weak-hash\nconst sum = 1;\n',
  right: 'const sum = 1;\n',
};
