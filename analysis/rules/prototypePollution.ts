import type { AssignEvent, Machine } from '../flow/machine.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { mark } from '../values/taint.ts';
import type { Rule } from './rule.ts';

const id = 'prototype-pollution';

/**
 * `object[key] = value` is a fault only where an attacker decides both the key and which object is written: the object
 * was itself read with an untrusted key, here or (a recursive merge) in a caller.
 */
function assign(event: AssignEvent, machine: Machine): void {
  const { object, key, property } = event;
  if (!object || !key || property !== undefined || key.scalar) return;
  const target = unwrap(event.target);
  const stored = unwrap(event.valueNode);
  if (!ts.isElementAccessExpression(target)) return;
  const untrustedKey = key.taints.some((taint) => !(taint.marks & mark.dynamicRead));
  if (!untrustedKey && key.taints.length === 0) return;
  const sink = {
    rule: id,
    unit: event.frame.unit,
    node: event.node,
    name: 'an assignment that can write to Object.prototype',
    // One merge has several assignments: the one that goes down is shown, not the one that makes room.
    group: { node: event.frame.fn.node, strong: ts.isCallExpression(stored) },
  };
  for (const taint of object.taints) {
    if (taint.marks & mark.dynamicRead) machine.deliver({ ...sink, kind: 'key' }, taint);
    else if (taint.origin.kind === 'parameter') {
      machine.deliver({ ...sink, kind: 'merge' }, taint);
    }
  }
}

export const prototypePollution: Rule = {
  id,
  title: 'Untrusted key reaches a prototype',
  cwe: [1321, 915, 471],
  owasp: 'A08:2021 Software and Data Integrity Failures',
  severity: 'high',
  confidence: 'high',
  kind: 'key',
  sources: ['request', 'message', 'response', 'parameter'],
  explanation:
    'A merge or a path setter that follows keys chosen by others walks from any object to Object.prototype through ' +
    '__proto__ or constructor.prototype, and what it writes there appears on every object. Refuse those keys, use Map, or ' +
    'objects without prototype.',
  wrong: `const express = require('express');
const app = express();
const settings = {};
function merge(target, source) {
  for (const key in source) {
    if (typeof source[key] === 'object') {
      if (!target[key]) target[key] = {};
      merge(target[key], source[key]);
    } else target[key] = source[key];
  }
}
app.post('/settings', (req, res) => {
  merge(settings, req.body);
  res.sendStatus(204);
});
`,
  right: `const express = require('express');
const app = express();
const settings = {};
function merge(target, source) {
  for (const key in source) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') continue;
    if (typeof source[key] === 'object') {
      if (!target[key]) target[key] = {};
      merge(target[key], source[key]);
    } else target[key] = source[key];
  }
}
app.post('/settings', (req, res) => {
  merge(settings, req.body);
  res.sendStatus(204);
});
`,
  observer: { assign },
};
