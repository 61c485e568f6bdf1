import { addStep, joinTaints, noTaints, type Taint } from '../values/taint.ts';
import { deepTaints, type HeapObject, join, unknown, type Value } from '../values/value.ts';
import { writeProperty } from './assign.ts';
import { elementsOf } from './collections.ts';
import { ANY_ARGUMENT, continueSteps, keepMarks } from './functions.ts';
import type { CallSite, FunctionInfo, Machine, ParameterCall, SinkHit } from './machine.ts';
import { restOf } from './members.ts';
import { addParameterCall } from './parameterCalls.ts';

const MAX_SITES = 60;
const MAX_DEPTH = 8;
/** Calls of callbacks that one call in the source may lead to. */
const MAX_CHAIN = 200;

/** Applies a function's summary to one call and gives what the call returns. */
export function applySummary(machine: Machine, fn: FunctionInfo, site: CallSite): Value {
  machine.tick();
  machine.summarize(fn);
  if (site.depth > MAX_DEPTH) return unknown;
  if (!machine.silent && fn.callSites.length < MAX_SITES) {
    addCallSite(machine, fn, site);
  }
  for (const call of fn.parameterCalls) applyParameterCall(machine, fn, call, site);
  for (const write of fn.parameterWrites) {
    const target = argument(site, write.index);
    if (!target) continue;
    const value = substitute(fn, write.value, site, 2);
    let object: Value | undefined = target;
    for (const name of write.path.slice(0, -1)) object = object?.object?.properties.get(name);
    const last = write.path[write.path.length - 1];
    if (object && last !== undefined) writeProperty(object, last === '*' ? undefined : last, value);
  }
  return substitute(fn, fn.returns, site, 3);
}

/** Notes a call and tells it of every sink that the function's parameters are known to reach. */
export function addCallSite(machine: Machine, fn: FunctionInfo, site: CallSite): void {
  fn.callSites.push(site);
  site.caller.unit.reached.add(fn);
  for (const hit of fn.hits) deliver(machine, fn, hit, site);
}

/** Records a sink that a parameter reaches, and tells every caller already seen. */
export function recordHit(machine: Machine, fn: FunctionInfo, hit: SinkHit): void {
  const same = fn.hits.some(
    (known) =>
      known.sink.node === hit.sink.node &&
      known.sink.kind === hit.sink.kind &&
      known.sink.rule === hit.sink.rule &&
      known.taint.origin.key === hit.taint.origin.key,
  );
  if (same || fn.hits.length > 200) return;
  fn.hits.push(hit);
  if (hit.sink.unit !== fn.unit) hit.sink.unit.hitElsewhere.add(fn);
  for (const site of [...fn.callSites]) deliver(machine, fn, hit, site);
}

function deliver(machine: Machine, fn: FunctionInfo, hit: SinkHit, site: CallSite): void {
  if (site.depth > MAX_DEPTH) return;
  for (const taint of resolveTaint(fn, hit.taint, site)) {
    const step = continueSteps(taint, hit.taint.step, site.node, fn.name);
    machine.deliver(hit.sink, {
      ...taint,
      step,
      cleared: taint.cleared | hit.taint.cleared,
      marks: keepMarks(taint.marks, hit.taint.marks),
    });
  }
}

function argument(site: CallSite, index: number): Value | undefined {
  if (index === ANY_ARGUMENT) return site.arguments.reduce(join, unknown);
  return index < 0 ? site.thisValue : site.arguments[index];
}

/** The caller's taints that stand behind a parameter's. */
function resolveTaint(fn: FunctionInfo, taint: Taint, site: CallSite): readonly Taint[] {
  const origin = taint.origin;
  if (origin.kind !== 'parameter' || origin.owner !== fn) return [];
  let value = argument(site, origin.index);
  let inherited = noTaints;
  for (const name of origin.path) {
    if (!value) break;
    inherited = joinTaints(inherited, value.taints);
    const object: HeapObject | undefined = value.object;
    value = name === '*' ? elementsOf(value) : object && (object.properties.get(name) ?? restOf(object, name));
  }
  return value ? joinTaints(deepTaints(value), inherited) : inherited;
}

/** Records a call of a parameter. Callers already seen hear of it: the closure that makes the call may be read after them. */
export function recordParameterCall(machine: Machine, call: ParameterCall): void {
  const owner = call.origin.owner as FunctionInfo;
  if (machine.silent || !addParameterCall(call) || owner.state !== 'done') return;
  for (const site of [...owner.callSites]) {
    if (site.depth <= MAX_DEPTH) applyParameterCall(machine, owner, call, { ...site, depth: site.depth + 1 });
  }
}

/** The function calls one of its parameters: when the caller passed a function, that one is called. */
function applyParameterCall(
  machine: Machine,
  fn: FunctionInfo,
  call: FunctionInfo['parameterCalls'][number],
  site: CallSite,
): void {
  let value = argument(site, call.origin.index);
  for (const name of call.origin.path) value = value?.object?.properties.get(name);
  if (!value) return;
  const values = call.arguments.map((given) => substitute(fn, given, site, 2));
  const chain = site.chain ?? { left: MAX_CHAIN };
  for (const callable of value.functions ?? []) {
    if (chain.left-- <= 0) return;
    machine.apply(callable as FunctionInfo, {
      node: call.node,
      caller: site.caller,
      arguments: values,
      thisValue: undefined,
      depth: site.depth + 1,
      chain,
    });
  }
  for (const taint of value.taints) {
    const origin = taint.origin;
    if (origin.kind !== 'parameter' || origin.owner === fn) continue;
    recordParameterCall(machine, { origin, arguments: values, node: site.node });
  }
}

/** Rewrites a summary's value in the caller's terms. */
export function substitute(fn: FunctionInfo, value: Value, site: CallSite, depth: number): Value {
  if (value === unknown) return value;
  let taints = noTaints;
  let whole: Value | undefined;
  for (const taint of value.taints) {
    const origin = taint.origin;
    if (origin.kind !== 'parameter' || origin.owner !== fn) {
      taints = joinTaints(taints, [taint]);
      continue;
    }
    for (const outer of resolveTaint(fn, taint, site)) {
      const moved = addStep(outer, site.node, `through ${fn.name}()`);
      taints = joinTaints(taints, [
        { ...moved, cleared: outer.cleared | taint.cleared, marks: keepMarks(outer.marks, taint.marks) },
      ]);
    }
    // `return parameter` hands on everything that is known of the argument.
    if (origin.path.length === 0 && value.text === undefined && taint.cleared === 0) {
      const given = argument(site, origin.index);
      if (given && (given.functions || given.refs || given.object)) whole = given;
    }
  }
  const object = value.object && depth > 0 ? substituteObject(fn, value.object, site, depth - 1) : value.object;
  const result: Value = { ...value, taints, ...(object && { object }) };
  return whole ? join(result, { ...whole, taints: noTaints }) : result;
}

function substituteObject(fn: FunctionInfo, object: HeapObject, site: CallSite, depth: number): HeapObject {
  if (object.kind === 'instance' || object.kind === 'class' || object.kind === 'exports') return object;
  const spread: Value = { taints: object.spread };
  const concerned = [...object.properties.values(), object.rest, spread].some((value) => mentions(fn, value, depth));
  if (!concerned) return object;
  const properties = new Map<string, Value>();
  for (const [name, value] of object.properties) properties.set(name, substitute(fn, value, site, depth));
  return {
    ...object,
    properties,
    rest: substitute(fn, object.rest, site, depth),
    spread: substitute(fn, spread, site, depth).taints,
  };
}

function mentions(fn: FunctionInfo, value: Value, depth: number): boolean {
  return deepTaints(value, depth).some((taint) => taint.origin.kind === 'parameter' && taint.origin.owner === fn);
}
