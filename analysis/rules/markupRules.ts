import type { AssignEvent, CallEvent, Machine } from '../flow/machine.ts';
import { sinkApplies } from '../flow/sinkConditions.ts';
import { knownText } from '../values/value.ts';
import type { Rule } from './rule.ts';

const htmlProperties = new Set(['innerHTML', 'outerHTML', 'srcdoc', 'dangerouslySetInnerHTML', '__html']);
const addressProperties = new Set(['href', 'location', 'src', 'action', 'formAction']);
/** Where the page goes, or what it runs, when they are set. */
const scriptAddresses = new Set(['href', 'action', 'formAction', 'xlinkHref']);
const pageSources = ['request', 'message', 'browser', 'response', 'parameter'] as const;

function assign(event: AssignEvent, machine: Machine): void {
  const { property, value, frame, node } = event;
  if (property === undefined) return;
  const sink = { unit: frame.unit, node, name: property, rule: 'cross-site-scripting', kind: 'xss' as const };
  const held = property === 'dangerouslySetInnerHTML' ? value.object?.properties.get('__html') : undefined;
  if (htmlProperties.has(property)) {
    for (const taint of (held ?? value).taints) machine.deliver({ ...sink, sources: pageSources }, taint);
  } else if (scriptAddresses.has(property) && !isLocation(event)) {
    // `javascript:` in a link runs with the rights of the page.
    const leading = sinkApplies({ ref: '', args: 0, kind: 'redirect', when: 'leading' }, value, undefined);
    for (const taint of leading?.taints ?? []) machine.deliver({ ...sink, sources: ['browser', 'message'] }, taint);
  } else if (addressProperties.has(property) && isLocation(event)) {
    const leading = sinkApplies({ ref: '', args: 0, kind: 'redirect', when: 'leading' }, value, undefined);
    for (const taint of leading?.taints ?? []) {
      machine.deliver(
        { ...sink, rule: 'open-redirect', kind: 'redirect', sources: ['browser', 'message', 'request'] },
        taint,
      );
    }
  }
}

/** `element.setAttribute('onclick', text)`, and the attributes that hold an address or a page. */
function call(event: CallEvent, machine: Machine): void {
  if (event.name !== 'setAttribute' && event.name !== 'attr') return;
  const [first, value] = event.arguments;
  const attribute = (first && knownText(first))?.toLowerCase() ?? '';
  const runs = /^on[a-z]+$/.test(attribute) || attribute === 'srcdoc';
  if (!value || !(runs || /^(href|action|formaction|xlink:href)$/.test(attribute))) return;
  const taken = runs ? value : sinkApplies({ ref: '', args: 0, kind: 'redirect', when: 'leading' }, value, undefined);
  const sink = { unit: event.frame.unit, node: event.node, name: attribute, rule: 'cross-site-scripting' };
  for (const taint of taken?.taints ?? [])
    machine.deliver({ ...sink, kind: 'xss', sources: ['browser', 'message'] }, taint);
}

function isLocation({ object, property }: AssignEvent): boolean {
  return property === 'location' || (object?.refs?.includes('location') ?? false);
}

export const crossSiteScripting: Rule = {
  id: 'cross-site-scripting',
  title: 'Untrusted text becomes part of a page',
  cwe: [79, 80, 116],
  owasp: 'A03:2021 Injection',
  severity: 'high',
  confidence: 'high',
  kind: 'xss',
  sources: ['request', 'message', 'browser'],
  explanation:
    'Text put into HTML as it is can hold tags and event handlers, which then run with the rights of the page and its user. ' +
    'Send data as JSON, set textContent, or let a template engine escape it.',
  wrong: `const express = require('express');
const app = express();
app.get('/hello', (req, res) => {
  res.send('<h1>Hello ' + req.query.name + '</h1>');
});
`,
  right: `const express = require('express');
const escapeHtml = require('escape-html');
const app = express();
app.get('/hello', (req, res) => {
  res.send('<h1>Hello ' + escapeHtml(req.query.name) + '</h1>');
});
`,
  observer: { assign, call },
};

export const templateInjection: Rule = {
  id: 'template-injection',
  title: 'Untrusted text is taken as a template',
  cwe: [1336, 94, 79],
  owasp: 'A03:2021 Injection',
  severity: 'critical',
  confidence: 'high',
  kind: 'template',
  sources: ['request', 'message', 'browser'],
  explanation:
    'A template is a program: engines such as EJS, Pug and lodash run the code in it. Keep templates in files of your own ' +
    'and hand untrusted text over as data.',
  wrong: `const ejs = require('ejs');
require('express')().post('/preview', (req, res) => {
  const page = ejs.render(req.body.template, { user: 'you' });
  res.json({ page });
});
`,
  right: `const ejs = require('ejs');
require('express')().post('/preview', (req, res) => {
  const page = ejs.render('<p><%= text %></p>', { text: req.body.text });
  res.json({ page });
});
`,
};

export const openRedirect: Rule = {
  id: 'open-redirect',
  title: 'Untrusted address is redirected to',
  cwe: [601],
  owasp: 'A01:2021 Broken Access Control',
  severity: 'medium',
  confidence: 'high',
  kind: 'redirect',
  sources: ['request', 'message'],
  explanation:
    'A link to your site that leads on to anyone’s lends them your name: people type their password into a copy. Redirect ' +
    'to paths of your own, or to a list of known addresses.',
  wrong: `require('express')().get('/leave', (req, res) => {
  res.redirect(req.query.to);
});
`,
  right: `const pages = { home: '/', help: '/help' };
require('express')().get('/leave', (req, res) => {
  res.redirect(Object.hasOwn(pages, req.query.to) ? pages[req.query.to] : '/');
});
`,
};
