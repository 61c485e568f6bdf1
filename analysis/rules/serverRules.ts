import type { AssignEvent, CallEvent, Machine } from '../flow/machine.ts';
import { textOnly } from '../flow/members.ts';
import { ts } from '../syntax/typescript.ts';
import type { Value } from '../values/value.ts';
import { constantOf, isCallOf, isFalse, lacks, option, reportCall, textOf } from './misuse.ts';
import type { Rule } from './rule.ts';

const sessions = [
  'express-session',
  'cookie-session',
  'session',
  'cookieSession',
  'express.session',
  'express.cookieSession',
  'client-sessions',
  'csurf',
  'csrf',
];

function cookies(event: CallEvent, machine: Machine): void {
  const id = 'insecure-cookie';
  const isSession = isCallOf(event, ...sessions);
  const isCookie = event.name === 'cookie' && event.receiver !== undefined && event.arguments.length >= 2;
  const options = isSession ? event.arguments[0] : isCookie ? event.arguments[2] : undefined;
  if (!options?.object) return;
  const flat = event.refs.some((ref) => /cookie-?session/i.test(ref)) || isCookie;
  const cookie = flat ? options : option(options, 'cookie');
  const missing: string[] = [];
  for (const flag of ['secure', 'httpOnly'] as const) {
    const value = option(cookie, flag);
    if (value && isFalse(value)) missing.push(`${flag}: false`);
  }
  const wanting = isSession && !cookie?.object && lacks(options, 'cookie');
  if (missing.length > 0)
    reportCall(
      machine,
      id,
      event,
      `The cookie is set with ${missing.join(' and ')}: it can be read on the way or by scripts of the page.`,
    );
  else if (wanting || (isSession && cookie?.object && lacks(cookie, 'secure'))) {
    reportCall(
      machine,
      id,
      event,
      'The session cookie is also sent without encryption; set cookie: { secure: true, httpOnly: true, sameSite: "lax" }.',
    );
  }
}

export const insecureCookie: Rule = {
  id: 'insecure-cookie',
  title: 'Cookie without protection',
  cwe: [614, 1004, 1275, 522, 693, 352, 613],
  owasp: 'A05:2021 Security Misconfiguration',
  severity: 'medium',
  confidence: 'medium',
  explanation:
    'A session cookie is as good as the password. secure keeps it off plain HTTP, httpOnly out of reach of scripts, sameSite away from other sites’ forms.',
  wrong:
    "const session = require('express-session');\nrequire('express')().use(session({ secret: process.env.KEY, cookie: { secure: false } }));\n",
  right:
    "const session = require('express-session');\nrequire('express')().use(session({ secret: process.env.KEY, cookie: { secure: true, httpOnly: true, sameSite: 'lax' } }));\n",
  observer: { call: cookies },
};

function origins(event: CallEvent, machine: Machine): void {
  const id = 'any-origin-allowed';
  if (isCallOf(event, 'cors', '@koa/cors', 'koa2-cors', '@fastify/cors', 'express-cors')) {
    const options = event.arguments[0];
    const origin = option(options, 'origin');
    const any =
      !options ||
      (options.object &&
        (lacks(options, 'origin') || (origin && (textOf(origin) === '*' || constantOf(origin)?.value === true))));
    if (any) reportCall(machine, id, event, 'Pages of any site may read the answers.');
    return;
  }
  if (event.name === 'postMessage' && textOf(event.arguments[1]) === '*') {
    reportCall(machine, id, event, 'The message goes to whatever page is in the window by now; name its origin.');
    return;
  }
  const [first, second] = event.arguments;
  const header = /^access-control-allow-origin$/i;
  if (/^(set|setHeader|header|append)$/.test(event.name) && header.test(textOf(first)) && textOf(second) === '*') {
    reportCall(machine, id, event, 'Pages of any site may read the answer.');
  }
  if (/^(set|setHeader|header|append)$/.test(event.name) && header.test(textOf(first)) && isEchoed(second)) {
    reportCall(machine, id, event, 'The origin that asks is sent back: pages of any site may read the answer.');
  }
  const listed =
    event.name === 'writeHead' ? event.arguments.slice(1) : /^(set|header)$/.test(event.name) ? [first] : [];
  for (const headers of listed) {
    for (const [name, value] of headers?.object?.properties ?? []) {
      if (header.test(name) && textOf(value) === '*')
        reportCall(machine, id, event, 'Pages of any site may read the answer.');
      if (/^x-xss-protection$/i.test(name) && /^0/.test(String(constantOf(value)?.value)))
        machine.report('disabled-protection', event.node, event.frame.unit);
    }
  }
  if (
    /^(set|setHeader|header)$/.test(event.name) &&
    /^x-xss-protection$/i.test(textOf(first)) &&
    second &&
    /^0/.test(String(constantOf(second)?.value))
  ) {
    machine.report('disabled-protection', event.node, event.frame.unit);
  }
}

/** What the request said, as it is: an origin that was looked up in a list has lost its taint. */
function isEchoed(value: Value | undefined): boolean {
  return (
    value?.taints.some(
      ({ origin, cleared }) =>
        origin.kind === 'source' &&
        origin.source === 'request' &&
        /origin/i.test(origin.text) &&
        (cleared & ~textOnly) === 0,
    ) ?? false
  );
}

export const anyOriginAllowed: Rule = {
  id: 'any-origin-allowed',
  title: 'Any site may read the answer',
  cwe: [942, 346],
  owasp: 'A05:2021 Security Misconfiguration',
  severity: 'low',
  confidence: 'medium',
  explanation:
    'Access-Control-Allow-Origin: * lets scripts of every site read the answer, also inside a company’s network. Name the origins that need it.',
  wrong:
    "require('express')().get('/', (req, res) => {\n  res.set('Access-Control-Allow-Origin', '*');\n  res.json([]);\n});\n",
  right:
    "require('express')().get('/', (req, res) => {\n  res.set('Access-Control-Allow-Origin', 'https://shop.acme.io');\n  res.json([]);\n});\n",
  observer: { call: origins },
};

function protections(event: CallEvent, machine: Machine): void {
  const id = 'disabled-protection';
  const options = event.arguments[0];
  if (event.refs.some((ref) => /^(helmet|lusca)(\.\w+)?$/.test(ref))) {
    const off = [...(options?.object?.properties ?? [])].filter(([, value]) => isFalse(value)).map(([name]) => name);
    if (off.length > 0) reportCall(machine, id, event, `Protection turned off: ${off.join(', ')}.`);
    else if (options && isFalse(options)) reportCall(machine, id, event, 'Protection turned off.');
  }
  if (isCallOf(event, 'electron.BrowserWindow', 'BrowserWindow') || event.name === 'BrowserWindow') {
    const preferences = option(options, 'webPreferences');
    const unsafe = (name: string, value: unknown): boolean =>
      constantOf(option(preferences, name) ?? { taints: [] })?.value === value;
    const bad = [
      ...[
        'nodeIntegration',
        'nodeIntegrationInWorker',
        'allowRunningInsecureContent',
        'experimentalFeatures',
        'enableBlinkFeatures',
      ].filter((name) => unsafe(name, true)),
      ...['webSecurity', 'contextIsolation', 'sandbox'].filter((name) => unsafe(name, false)),
    ];
    if (bad.length > 0)
      reportCall(machine, id, event, `The window shows pages with the rights of the program: ${bad.join(', ')}.`);
  }
  if (
    isCallOf(event, 'express.bodyParser', 'express.csrf') ||
    (event.name === 'createInsecure' && /redentials/.test(event.node.getText().slice(0, 80)))
  ) {
    reportCall(machine, id, event, `${event.name}() gives no protection.`);
  }
  if (isCallOf(event, 'errorhandler', 'serve-index', 'express.directory')) {
    const guarded = /NODE_ENV|development|env\b/.test(enclosing(event.node));
    if (!guarded)
      reportCall(
        machine,
        id,
        event,
        event.refs[0] === 'errorhandler'
          ? 'Errors are sent to the client with their stack.'
          : 'The folder’s list of files is shown to everyone.',
      );
  }
  if (
    isCallOf(event, 'Handlebars.compile', 'handlebars.compile') &&
    constantOf(option(event.arguments[1], 'noEscape') ?? { taints: [] })?.value === true
  ) {
    machine.report('disabled-escaping', event.node, event.frame.unit);
  }
  if (event.name === 'autoEscaping' && options && isFalse(options))
    machine.report('disabled-escaping', event.node, event.frame.unit);
  if (/^(chmod|chmodSync|fchmod|fchmodSync|lchmod|umask)$/.test(event.name)) {
    const mode = constantOf(event.arguments[event.arguments.length > 1 ? 1 : 0] ?? { taints: [] })?.value;
    const bits = typeof mode === 'string' ? Number.parseInt(mode, 8) : mode;
    if (typeof bits === 'number' && event.name !== 'umask' && (bits & 0o007) !== 0 && (bits & 0o002 || bits & 0o001)) {
      machine.report('open-permissions', event.node, event.frame.unit);
    }
  }
}

function enclosing(node: ts.Node): string {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (ts.isIfStatement(at)) return at.expression.getText();
  }
  return '';
}

export const disabledProtection: Rule = {
  id: 'disabled-protection',
  title: 'Protection is turned off',
  cwe: [693, 16, 272, 346, 319, 489, 548, 215, 1021, 502],
  owasp: 'A05:2021 Security Misconfiguration',
  severity: 'medium',
  confidence: 'medium',
  explanation:
    'Frameworks come with protection that is on for a reason. Turn off only the one that is in the way, as narrowly as can be.',
  wrong: "const helmet = require('helmet');\nrequire('express')().use(helmet({ frameguard: false }));\n",
  right: "const helmet = require('helmet');\nrequire('express')().use(helmet());\n",
  observer: { call: protections },
};

function escaping(event: AssignEvent, machine: Machine): void {
  if (event.property === 'escapeMarkup' && isFalse(event.value))
    machine.report('disabled-escaping', event.node, event.frame.unit);
  if (event.property === 'escape' && event.object?.refs?.some((ref) => /mustache/i.test(ref)))
    machine.report('disabled-escaping', event.node, event.frame.unit);
}

export const disabledEscaping: Rule = {
  id: 'disabled-escaping',
  title: 'Templates do not escape what they insert',
  cwe: [79, 116, 80],
  owasp: 'A03:2021 Injection',
  severity: 'medium',
  confidence: 'medium',
  explanation:
    'A template engine that does not escape turns every value with a < into markup. Leave escaping on and mark the few trusted places.',
  wrong:
    "const Handlebars = require('handlebars');\nexports.page = Handlebars.compile('<p>{{name}}</p>', { noEscape: true });\n",
  right: "const Handlebars = require('handlebars');\nexports.page = Handlebars.compile('<p>{{name}}</p>');\n",
  observer: { assign: escaping },
};

export const openPermissions: Rule = {
  id: 'open-permissions',
  title: 'File that everyone on the machine may change',
  cwe: [732, 266],
  owasp: 'A01:2021 Broken Access Control',
  severity: 'medium',
  confidence: 'high',
  explanation: 'Mode 0o777 lets every program of every user change the file. Owners alone need 0o600 or 0o700.',
  wrong: "const fs = require('node:fs');\nfs.chmodSync('/srv/shop/data.json', 0o777);\n",
  right: "const fs = require('node:fs');\nfs.chmodSync('/srv/shop/data.json', 0o600);\n",
};
