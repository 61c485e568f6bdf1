import type { Rule } from './rule.ts';

/** What a project's policy forbids; `analysis/policy` and the calls of forbidden functions report it. */
export const forbiddenUse: Rule = {
  id: 'forbidden-use',
  title: 'Module or function that the policy forbids',
  cwe: [676, 477],
  owasp: 'A04:2021 Insecure Design',
  severity: 'high',
  confidence: 'high',
  explanation:
    "The project's `apex.policy.json` names modules that must not be imported and functions that must not be called, for " +
    'example `"analysis": { "forbiddenModules": ["left-*"], "forbiddenApis": { "child_process.exec": "execFile needs no ' +
    'shell" } }`. The reason stands in the finding.',
  policy: { forbiddenModules: ['left-*'], forbiddenApis: { 'child_process.exec': 'execFile needs no shell' } },
  wrong: `const { exec } = require('node:child_process');
exec('git status');
`,
  right: `const { execFile } = require('node:child_process');
execFile('git', ['status']);
`,
};
