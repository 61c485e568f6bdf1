import { taintFixes } from '../fixes/taintFixes.ts';
import { responseRef } from '../models/conventions.ts';
import type { ArgumentSpec, CallbackRow, ForbiddenRow, SinkRow } from '../models/model.ts';
import type { ModelEntry } from '../models/modelIndex.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { everyKind, kindSet } from '../values/kinds.ts';
import { addMarks, addSteps, clear, joinTaints, mark, noTaints, type Taint, unclear } from '../values/taint.ts';
import {
  join,
  knownText,
  newObject,
  objectValue,
  prototypeOf,
  refValue,
  textValue,
  unknown,
  type Value,
} from '../values/value.ts';
import { defineModule } from './amd.ts';
import { selectArguments } from './arguments.ts';
import { callBuiltin } from './builtins.ts';
import { constructorOf } from './classes.ts';
import { elementsOf } from './collections.ts';
import type { Environment } from './environment.ts';
import { grantAlways } from './grants.ts';
import type { CallEvent, CallSite, ClassInfo, FunctionInfo, Machine, Sink } from './machine.ts';
import { sinkApplies } from './sinkConditions.ts';
import { recordParameterCall } from './summaries.ts';
import { callTemplate } from './templates.ts';

/** Everything a call does: known functions, classes, models, built-in methods, and what is assumed of the rest. */
export function performCall(machine: Machine, given: CallEvent, environment: Environment): Value {
  const event = unwrapApply(given);
  callLater(machine, event, environment);
  for (const observe of machine.observers.call) observe(event, machine);
  // The TypeScript compiler's way to read a private field: nobody outside decides what is in it.
  if (event.name === '__classPrivateFieldGet') return unknown;
  const first = event.arguments[0];
  const specifier = first && knownText(first);
  if (specifier !== undefined && (event.refs.includes('require') || event.refs.includes('import'))) {
    return machine.importModule(specifier, event.frame.unit);
  }
  const defined = defineModule(machine, event) ?? callTemplate(machine, event);
  if (defined) return defined;
  const entries = modelEntries(machine, event);
  for (const entry of entries) {
    for (const sink of entry.sinks) reachSink(machine, sink, event, environment);
    for (const row of entry.callbacks) registerCallback(machine, row, event);
    if (entry.forbidden) reportForbidden(machine, entry.forbidden, event);
  }
  let result = callKnown(machine, event);
  grantAlways(machine, event, environment);
  const modelled = callModel(machine, entries, event);
  if (modelled) result = result ? join(result, modelled) : modelled;
  recordParameterCalls(machine, event);
  if (result) return result;
  const wrapped = wrappedFunction(event);
  if (wrapped) return wrapped;
  const builtin = callBuiltin(machine, event, environment);
  if (builtin) return builtin;
  return assumeCall(machine, event);
}

/** Functions that call the function they are given, with which of their arguments. */
const callers: Readonly<Record<string, number>> = {
  setTimeout: 2,
  setImmediate: 1,
  'process.nextTick': 1,
};

/** `setTimeout(exec, 10, line)` is a call of exec some time later. */
function callLater(machine: Machine, event: CallEvent, environment: Environment): void {
  const [given] = event.arguments;
  if (event.arguments.length < 2 || !(given?.refs || given?.functions)) return;
  const from = event.refs.map((ref) => callers[ref]).find((at) => at !== undefined);
  if (from === undefined || event.arguments.length <= from) return;
  const refs = given.refs ?? [];
  const values = event.arguments.slice(from);
  performCall(
    machine,
    { ...event, callee: given, refs, receiver: undefined, arguments: values, name: lastName(refs) },
    environment,
  );
}

/** `f.call(self, a)`, `f.apply(self, [a])`, `Reflect.apply(f, self, [a])` and `f.bind(self)(a)` are calls of f. */
function unwrapApply(event: CallEvent): CallEvent {
  if (event.refs.includes('Reflect.apply') && event.arguments[0]) {
    const [callee, ...rest] = event.arguments;
    return unwrapApply({ ...event, callee: refValue(), refs: [], name: 'apply', receiver: callee, arguments: rest });
  }
  const target = borrowed(event) ?? event.receiver;
  if (!target || !(target.functions || target.refs)) return event;
  if (event.name === 'call' && (target.functions || target.refs)) {
    const refs = target.refs ?? [];
    return {
      ...event,
      callee: target,
      refs,
      receiver: event.arguments[0],
      arguments: event.arguments.slice(1),
      name: lastName(refs),
    };
  }
  if (event.name === 'apply' && event.arguments.length <= 2) {
    const list = event.arguments[1];
    const values =
      list?.object?.kind === 'array'
        ? [...list.object.properties.values()]
        : list
          ? [elementsOf(list), elementsOf(list)]
          : [];
    const refs = target.refs ?? [];
    return { ...event, callee: target, refs, receiver: event.arguments[0], arguments: values, name: lastName(refs) };
  }
  return event;
}

/** The method of `[].slice.call(arguments)` and `''.trim.call(x)`. */
function borrowed({ node, name }: CallEvent): Value | undefined {
  if ((name !== 'call' && name !== 'apply') || !ts.isCallExpression(node)) return undefined;
  const callee = unwrap(node.expression);
  const method = ts.isPropertyAccessExpression(callee) ? unwrap(callee.expression) : undefined;
  if (!method || !ts.isPropertyAccessExpression(method)) return undefined;
  const owner = unwrap(method.expression);
  if (ts.isArrayLiteralExpression(owner)) return refValue(`Array.prototype.${method.name.text}`);
  return ts.isStringLiteralLike(owner) ? refValue(`String.prototype.${method.name.text}`) : undefined;
}

function lastName(refs: readonly string[]): string {
  return refs[0]?.slice(refs[0].lastIndexOf('.') + 1) ?? '';
}

/** Modules of Node whose objects are no database, page or client, and are not what others derive theirs from. */
const ownObjects = /^(buffer|crypto|dns|os|path|querystring|string_decoder|zlib)\b/;

function modelEntries(machine: Machine, event: CallEvent): ModelEntry[] {
  const entries: ModelEntry[] = [];
  for (const ref of event.refs) {
    const entry = machine.models.entry(ref);
    if (entry) entries.push(entry);
  }
  // Rows for a method's name alone speak of receivers that nothing is known of: a hash's `update` asks no database.
  const isKnown = event.callee.functions !== undefined || event.refs.some((ref) => ownObjects.test(ref));
  if (entries.length === 0 && !isKnown && event.receiver && event.name !== '') {
    const entry = machine.models.method(event.name);
    if (entry) entries.push(entry);
  }
  return entries;
}

function reportForbidden(machine: Machine, rows: readonly ForbiddenRow[], event: CallEvent): void {
  const { path } = event.frame.unit;
  // Of several policies that forbid it in one folder, the last that was read gives the reason.
  const row = rows.findLast(({ folder }) => folder === undefined || path.startsWith(`${folder}/`));
  if (!row) return;
  const { reason } = row;
  const name = event.name || lastName(event.refs);
  const message = `The project's policy forbids \`${name}\`${reason === '' ? '.' : `: ${reason}.`}`;
  machine.report('forbidden-use', event.node, event.frame.unit, { message });
}

function reachSink(machine: Machine, row: SinkRow, event: CallEvent, environment: Environment): void {
  for (const spec of Array.isArray(row.args) ? row.args : [row.args]) {
    for (const value of selectArguments(event, spec)) {
      const checked = sinkApplies(row, value, event);
      if (!checked) continue;
      machine.arrive(
        {
          kind: row.kind,
          rule: machine.ruleFor(row.kind),
          unit: event.frame.unit,
          node: event.node,
          name: `${event.name || lastName(event.refs)}()`,
          ...(row.sources && { sources: row.sources }),
          ...(row.kind === 'path' && sameFile(spec, event)),
          fixes: () => taintFixes(row.kind, event),
        },
        checked,
        environment,
      );
    }
  }
}

/** `existsSync(file)` and then `readFileSync(file)`: one file, one finding. */
function sameFile(spec: ArgumentSpec, { node, frame }: CallEvent): Pick<Sink, 'group'> {
  const given = typeof spec === 'number' && ts.isCallExpression(node) ? node.arguments[spec] : undefined;
  const binding = given && ts.isIdentifier(given) ? frame.unit.bindings.of(given) : undefined;
  return binding ? { group: { node: binding.declaration, strong: false } } : {};
}

/** Functions handed to a framework get what the framework gives them. */
function registerCallback(machine: Machine, row: CallbackRow, event: CallEvent): void {
  for (const value of callbackValues(row.arg, event)) {
    const handlers = value.object?.kind === 'array' ? [...value.object.properties.values()] : [value];
    for (const callable of handlers.flatMap((handler) => handler.functions ?? [])) {
      const fn = callable as FunctionInfo;
      for (const [index, parameter] of row.parameters.entries()) {
        if (fn.state === 'new') typeParameter(machine, fn, index, parameter, event);
      }
      const values = row.parameters.map((parameter) => callbackArgument(machine, parameter, event));
      machine.apply(fn, {
        node: event.node,
        caller: event.frame.fn,
        arguments: values,
        thisValue: undefined,
        depth: 1,
      });
    }
  }
}

function callbackValues(arg: CallbackRow['arg'], event: CallEvent): readonly Value[] {
  if (arg === 'any') return event.arguments;
  if (arg === 'last') return event.arguments.slice(-1);
  return selectArguments(event, arg);
}

function typeParameter(machine: Machine, fn: FunctionInfo, index: number, parameter: string, event: CallEvent): void {
  if (parameter === '' || parameter.startsWith('=')) return;
  // Error-handling middleware has four parameters, the error first.
  const declared = 'parameters' in fn.node ? fn.node.parameters.length : 0;
  const shift = declared === 4 && event.name === 'use' ? 1 : 0;
  const written = 'parameters' in fn.node ? fn.node.parameters[index + shift]?.name : undefined;
  const named =
    parameter === 'express.Response' && written && ts.isIdentifier(written) ? responseRef(written.text) : parameter;
  fn.parameterRefs[index + shift] = machine.models.canonical(named);
}

function callbackArgument(machine: Machine, parameter: string, event: CallEvent): Value {
  if (parameter === '') return unknown;
  if (!parameter.startsWith('=')) return refValue(machine.models.canonical(parameter));
  return event.arguments[Number(parameter.slice(1))] ?? unknown;
}

const trusted = /^(sanitize|sanitise|purify)|[a-z]Sanitize|_sanitize/;

/** Calls functions and classes whose source is known; undefined when there are none. */
function callKnown(machine: Machine, event: CallEvent): Value | undefined {
  let result: Value | undefined;
  const site = (fn: FunctionInfo): CallSite => ({
    node: event.node,
    caller: event.frame.fn,
    arguments: spreadArguments(event),
    thisValue: event.receiver ?? fn.thisValue,
    depth: 0,
  });
  for (const callable of event.callee.functions ?? []) {
    const fn = callable as FunctionInfo;
    // A constructor sees the object it makes as `this`.
    if (fn.state === 'new' && ts.isNewExpression(event.node)) prototypeOf(fn);
    // A function called where it is written (UMD wrappers, `(function ($) {})(jQuery)`) has these arguments only.
    if (fn.state === 'new' && isImmediate(event.node, fn.node)) fn.parameterValues = [...event.arguments];
    const applied = machine.apply(fn, site(fn));
    // A function named for it is believed to clean what it returns.
    const returned = trusted.test(event.name) ? { ...applied, taints: clear(applied.taints, everyKind) } : applied;
    const made = ts.isNewExpression(event.node) ? join(returned, prototypeOf(fn)) : returned;
    result = result ? join(result, made) : made;
  }
  const held = event.callee.object;
  if (held?.kind === 'class') {
    const info = classOf(held.node, event);
    if (info) {
      const construct = constructorOf(info, event.frame.unit);
      if (construct) machine.apply(construct, site(construct));
      result = objectValue(info.instance);
    }
  }
  return result;
}

function isImmediate(call: ts.Node, fn: ts.Node): boolean {
  return ts.isCallExpression(call) && unwrap(call.expression) === fn;
}

function classOf(node: ts.Node | undefined, event: CallEvent): ClassInfo | undefined {
  if (!node) return undefined;
  const own = event.frame.unit.classes.get(node);
  return own ?? event.frame.unit.foreignClass?.(node);
}

/** The arguments as the function gets them: a spread one may be any of the following ones. */
function spreadArguments(event: CallEvent): readonly Value[] {
  if (event.callee.bound) return [...event.callee.bound, ...event.arguments];
  if (ts.isTaggedTemplateExpression(event.node)) return [templateStrings(event.node), ...event.arguments];
  const nodes = event.node.arguments ?? [];
  if (!nodes.some(ts.isSpreadElement) || nodes.length !== event.arguments.length) return event.arguments;
  const values: Value[] = [];
  nodes.forEach((node, index) => {
    const value = event.arguments[index]!;
    if (!ts.isSpreadElement(node)) values.push(value);
    else if (value.object?.kind === 'array' && value.object.closed) values.push(...value.object.properties.values());
    else for (let more = 0; more < 3; more++) values.push(elementsOf(value));
  });
  return values;
}

/** What a tag gets first: the texts between the values. */
function templateStrings({ template }: ts.TaggedTemplateExpression): Value {
  const parts = ts.isTemplateExpression(template)
    ? [template.head.text, ...template.templateSpans.map((span) => span.literal.text)]
    : [template.text];
  const strings = newObject('array', template);
  parts.forEach((text, index) => {
    strings.properties.set(String(index), textValue(text));
  });
  return objectValue(strings);
}

function callModel(machine: Machine, entries: readonly ModelEntry[], event: CallEvent): Value | undefined {
  let result: Value | undefined;
  for (const { summary, source } of entries) {
    let value: Value | undefined;
    if (summary) {
      let taints: readonly Taint[] = noTaints;
      const specs = summary.from === 'none' ? [] : Array.isArray(summary.from) ? summary.from : [summary.from];
      for (const spec of specs) {
        const values = selectArguments(event, spec);
        const joins = spec === 'all' && values.length > 1 && event.refs.some((ref) => joinsPaths.has(ref));
        values.forEach((argument, index) => {
          const own = joins ? inFolder(argument.taints, index) : argument.taints;
          taints = joinTaints(taints, own);
        });
      }
      const kinds = summary.clears === 'every' ? everyKind : kindSet(...(summary.clears ?? []));
      value = { taints: clear(addSteps(taints, event.node, `through ${event.name}()`), kinds) };
      if (staysInside(event)) value = { ...value, taints: clear(value.taints, kindSet('path')) };
      for (const fact of summary.marks ?? []) value = { ...value, taints: addMarks(value.taints, mark[fact]) };
      if (summary.returns) value = { ...value, refs: [machine.models.canonical(summary.returns)] };
    }
    if (source?.call && source.kind !== 'none') {
      const taint = machine.source(source.kind, event.node, event.frame);
      value = { ...(value ?? unknown), taints: joinTaints(value?.taints ?? noTaints, [taint]) };
    }
    if (value) result = result ? join(result, value) : value;
  }
  return result;
}

const joinsPaths = new Set(['path.join', 'path.resolve']);

/** The first name of a joined path is the folder, those after it lead on from there. */
function inFolder(taints: readonly Taint[], index: number): readonly Taint[] {
  return index === 0 ? clear(taints, kindSet('folder')) : unclear(taints, kindSet('folder'));
}

/** `path.join('/', name)` and `path.normalize('/' + name)` take away every `..` that would lead out. */
function staysInside(event: CallEvent): boolean {
  const first = event.arguments[0];
  if (!first) return false;
  if (event.refs.includes('path.join')) return event.arguments.length > 1 && knownText(first) === '/';
  return event.refs.includes('path.normalize') && (first.text?.startsWith('/') ?? false);
}

/** A call of a parameter goes into the summary: `done(error, data)`. */
function recordParameterCalls(machine: Machine, event: CallEvent): void {
  for (const taint of event.callee.taints) {
    const origin = taint.origin;
    if (origin.kind !== 'parameter' || taint.cleared !== 0) continue;
    recordParameterCall(machine, { origin, arguments: event.arguments, node: event.node });
  }
}

const handsOn =
  /(format|decode|unescape|parse|clone|merge|extend|assign|normali[sz]e|trim|resolve|join|concat|stringify|tostring|strip|replace|expand|interpolate|build|render|template|wrap|prefix|append|get|read|load|convert|transform|lower|upper|camel|kebab|default|promisif|bind|flatten|map|filter|sprintf|util|path|url|query|prepare)/i;
const cleans =
  /(escape|sanitiz|sanitis|encode|quote|purify|clean|valid|hash|digest|hmac|encrypt|sign|slug|basename|whitelist|strip_?tags|xss|html_?entit)/i;

const wrapper =
  /^(memo|forwardRef|observer|withRouter|connect\(\)|promisify(all)?|denodeify|pify|thenify(all)?|to[-_]?promise|callbackify|p-?ify|universalify)$/i;

/** `Promise.denodeify(exec)`, `pify(fs)`: the result does what went in does. */
function wrappedFunction(event: CallEvent): Value | undefined {
  const given = event.arguments[0];
  if (!given || !(given.refs || given.functions || given.object)) return undefined;
  const named = wrapper.test(event.name) || event.refs.some((ref) => wrapper.test(ref.slice(ref.lastIndexOf('.') + 1)));
  return named ? given : undefined;
}

/** A call of which nothing is known: its name says whether the result carries on what went in. */
function assumeCall(machine: Machine, event: CallEvent): Value {
  const refs =
    event.refs.length > 0
      ? event.refs.map((ref) => machine.models.canonical(`${ref}()`)).filter((ref) => ref.length < 80)
      : undefined;
  const base: Value = refs && refs.length > 0 ? { taints: noTaints, refs } : unknown;
  if (cleans.test(event.name) && !/unescape|decode|unquote/i.test(event.name)) return base;
  let taints: readonly Taint[] = event.receiver?.taints ?? noTaints;
  if (handsOn.test(event.name) || ts.isTaggedTemplateExpression(event.node)) {
    for (const value of event.arguments) taints = joinTaints(taints, value.taints);
  }
  if (taints.length === 0) return base;
  const moved = addMarks(addSteps(taints, event.node, `through ${event.name || 'call'}()`), mark.guessed);
  return { ...base, taints: moved };
}
