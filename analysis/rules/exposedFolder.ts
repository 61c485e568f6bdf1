import type { CallEvent, Machine } from '../flow/machine.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { isCallOf, reportCall, textOf } from './misuse.ts';
import type { Rule } from './rule.ts';

const id = 'exposed-folder';
const servers = ['express.static', 'serve-static', 'serve-index', 'koa-static', 'koa-send', 'ecstatic', 'st'];
const whole = /^(__dirname|process\.cwd\(\)|(os\.)?homedir\(\)|import\.meta\.dirname|process\.env\.HOME)$/;
const up =
  /^(path\.)?(join|resolve)\((__dirname|import\.meta\.dirname|process\.cwd\(\))(, ?['"](\.\.?\/?|\/|)['"])*\)$/;

/** A static server for a folder in which the program itself lies, or everything. */
function call(event: CallEvent, machine: Machine): void {
  if (!isCallOf(event, ...servers) || !ts.isCallExpression(event.node)) return;
  const given = event.node.arguments[0];
  if (!given) return;
  const source = unwrap(given).getText();
  const text = textOf(event.arguments[0]);
  const named = /^(\/|\.\.?\/?|~\/?)$/.test(text) || /(^|\/)node_modules\/?$/.test(text);
  if (named || whole.test(source) || up.test(source) || /['"/]node_modules\/?['"]\)?$/.test(source)) {
    reportCall(
      machine,
      id,
      event,
      `Everything below ${source} can be read by anyone, the program’s own files with it.`,
    );
  }
}

export const exposedFolder: Rule = {
  id,
  title: 'Folder with private files is served',
  cwe: [548, 200, 538],
  owasp: 'A05:2021 Security Misconfiguration',
  severity: 'medium',
  confidence: 'high',
  explanation:
    'A static server for the project’s own folder hands out its source, its configuration and the packages with their ' +
    'versions. Serve a folder that holds nothing but what is public.',
  wrong: `const express = require('express');
express().use(express.static(__dirname));
`,
  right: `const express = require('express');
const path = require('node:path');
express().use(express.static(path.join(__dirname, 'public')));
`,
  observer: { call },
};
