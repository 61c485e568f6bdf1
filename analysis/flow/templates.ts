import { defaultLayouts, VIEW } from '../modules/views.ts';
import { markupExtension } from '../syntax/embedded.ts';
import { ts } from '../syntax/typescript.ts';
import { OUTPUT, PARTIAL, PASSED, type RawOutput } from '../templates/rawOutput.ts';
import { joinTaints, noTaints } from '../values/taint.ts';
import { deepTaints, join, knownText, newObject, objectValue, unknown, type Value } from '../values/value.ts';
import { elementsOf } from './collections.ts';
import { passProperty } from './components.ts';
import { localsFor } from './keptValues.ts';
import type { CallEvent, Frame, FunctionInfo, Machine, ModuleUnit, TemplateUnit } from './machine.ts';

const renders = /^(render|renderFile|view|renderView)$/;

/**
 * `res.render('page', { name })` runs the template with these values. Templates take others in with the values that
 * they have themselves. Gives undefined for calls that are none of this.
 */
export function callTemplate(machine: Machine, event: CallEvent): Value | undefined {
  const { unit } = event.frame;
  const own = unit.template;
  if (event.name === OUTPUT && (own || markupExtension.test(unit.path))) {
    const value = event.arguments[0];
    if (value) putOut(machine, event.node, value, event.frame);
    return unknown;
  }
  if (event.name === PASSED && markupExtension.test(unit.path)) {
    passProperty(machine, event);
    return unknown;
  }
  if (own && event.name === PARTIAL && ts.isTaggedTemplateExpression(event.node)) {
    const { template } = event.node;
    const name = ts.isNoSubstitutionTemplateLiteral(template) ? template.text.trim() : '';
    return run(machine, name, own.locals, event);
  }
  const name = event.arguments[0] && knownText(event.arguments[0]);
  if (name === undefined || name === '') return undefined;
  if (own && event.name === 'include') {
    const more = event.arguments[1];
    return run(machine, name, more ? withMore(own.locals, more) : own.locals, event);
  }
  const given = event.arguments[1];
  if (!renders.test(event.name) || !given || given.functions || !event.receiver) return undefined;
  // What the call does besides (the name as a path, for one) is for the models.
  run(machine, name, given, event);
  for (const layout of layoutsOf(given)) run(machine, layout, given, event);
  return undefined;
}

/** The layout around a page, which gets the same values: the one it asks for, else those that engines take by themselves. */
function layoutsOf(given: Value): readonly string[] {
  const asked = given.object?.properties.get('layout');
  const name = asked && knownText(asked);
  if (name !== undefined) return [name, `layouts/${name}`];
  return asked?.constant ? [] : defaultLayouts;
}

function withMore(locals: Value, more: Value): Value {
  const both = newObject('object');
  for (const [name, value] of more.object?.properties ?? []) both.properties.set(name, value);
  both.rest = more.object?.rest ?? unknown;
  both.spread = joinTaints(locals.taints, more.object?.spread ?? noTaints);
  both.closed = false;
  return objectValue(both);
}

function run(machine: Machine, name: string, locals: Value, event: CallEvent): Value {
  const module = machine.importModule(VIEW + name, event.frame.unit);
  for (const callable of module.functions ?? []) {
    const site = { node: event.node, caller: event.frame.fn, arguments: [locals], thisValue: undefined, depth: 0 };
    machine.apply(callable as FunctionInfo, site);
  }
  return unknown;
}

/** A name in a template that it does not declare itself: one of the values that it is given, or an output. */
export function templateName(
  machine: Machine,
  node: ts.Identifier,
  frame: Frame,
  own: TemplateUnit,
): Value | undefined {
  if (node.text === OUTPUT || node.text === PARTIAL || node.text === 'include') return unknown;
  if (node.text === 'locals' || node.text === 'it') return own.locals;
  if (!/^\$+$/.test(node.text)) {
    return join(machine.member(own.locals, node.text, node, frame), localsFor(machine, node.text, node, frame));
  }
  const output = own.outputs.get(node.getStart());
  for (const path of output?.paths ?? []) {
    let value = own.locals;
    path.forEach((name, index) => {
      value = name === '*' ? anyOf(machine, value, node, frame) : machine.member(value, name, node, frame);
      if (index === 0 && name !== '*') value = join(value, localsFor(machine, name, node, frame));
    });
    putOut(machine, node, value, frame);
  }
  return unknown;
}

function anyOf(machine: Machine, value: Value, node: ts.Node, frame: Frame): Value {
  return value.object ? elementsOf(value) : machine.member(value, undefined, node, frame);
}

function putOut(machine: Machine, node: ts.Node, value: Value, frame: Frame): void {
  const { unit } = frame;
  const output = unit.template?.outputs.get(node.getStart());
  const edits = output?.escape.map((edit) => ({ path: unit.path, ...edit })) ?? [];
  machine.arrive(
    {
      kind: 'xss',
      rule: 'cross-site-scripting',
      unit,
      node,
      name: 'an output without escaping',
      sources: ['request', 'message', 'browser', 'response'],
      fixes: () => (edits.length > 0 ? [{ title: 'Escape what the template puts out', edits }] : []),
    },
    value.object ? { ...value, taints: deepTaints(value) } : value,
    frame.fn.environment,
  );
}

/** Makes the function that a template is, over the values that it is given. */
export function asTemplate(unit: ModuleUnit, body: FunctionInfo, outputs: readonly RawOutput[], locals: Value): void {
  unit.template = { locals, outputs: new Map(outputs.map((output) => [output.at, output])) };
  body.name = unit.path.slice(unit.path.lastIndexOf('/') + 1);
  unit.exported = { taints: [], functions: [body] };
}
