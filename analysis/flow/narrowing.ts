import { unwrap } from '../syntax/parse.ts';
import type { ts } from '../syntax/typescript.ts';
import type { KindSet } from '../values/kinds.ts';
import { clear } from '../values/taint.ts';
import { deepTaints, type Value } from '../values/value.ts';
import { accessKey } from './accessPath.ts';
import type { Environment } from './environment.ts';
import type { Frame, Machine, Observers } from './machine.ts';

/** Evaluates without telling the rules: the expression has been seen already. */
export function quietly(machine: Machine, node: ts.Expression, environment: Environment, frame: Frame): Value {
  return silentView(machine).evaluate(node, environment.fork(), frame);
}

const noObservers: Observers = { call: [], assign: [], expression: [] };
const views = new WeakMap<Machine, Machine>();

/** The same machine without ears: what it sees is not reported. */
function silentView(machine: Machine): Machine {
  if (machine.silent) return machine;
  let view = views.get(machine);
  if (!view) {
    const quiet = {
      silent: true,
      observers: noObservers,
      arrive: () => undefined,
      deliver: () => undefined,
      report: () => undefined,
    };
    view = Object.assign(Object.create(machine) as Machine, quiet);
    views.set(machine, view);
  }
  return view;
}

/** Clears the tested expression, and every variable that holds the same untrusted datum. */
export function apply(
  machine: Machine,
  tested: ts.Expression,
  kinds: KindSet,
  environment: Environment,
  frame: Frame,
): void {
  if (kinds === 0) return;
  const node = unwrap(tested);
  const value = quietly(machine, node, environment, frame);
  applyToValue(value, accessKey(node, frame.unit.bindings), kinds, environment);
}

/** The same for a property of the tested expression. */
export function applyToPath(
  machine: Machine,
  tested: ts.Expression,
  name: string,
  kinds: KindSet,
  environment: Environment,
  frame: Frame,
): void {
  const node = unwrap(tested);
  const object = quietly(machine, node, environment, frame);
  const key = accessKey(node, frame.unit.bindings);
  const value = machine.member(object, name, node, frame);
  applyToValue(value, key === undefined ? undefined : `${key}.${name}`, kinds, environment);
}

function applyToValue(value: Value, key: string | undefined, kinds: KindSet, environment: Environment): void {
  const list = value.object?.kind === 'array' ? value.object : undefined;
  const taints = list ? deepTaints(value, 1) : value.taints;
  const keys = new Set(taints.map((taint) => taint.origin.key));
  if (keys.size === 0) return;
  if (key !== undefined) environment.refine(key, { ...cleared(value, kinds), taints: clear(value.taints, kinds) });
  for (const [name, held] of [...environment.entries()]) {
    if (name === key || held.taints.length === 0) continue;
    if (!held.taints.some((taint) => keys.has(taint.origin.key))) continue;
    const narrowed = held.taints.map((taint) =>
      keys.has(taint.origin.key) ? { ...taint, cleared: taint.cleared | kinds } : taint,
    );
    environment.refine(name, { ...held, taints: narrowed });
  }
}

/** An array whose elements have been tested is another one from here on. */
function cleared(value: Value, kinds: KindSet): Value {
  const list = value.object;
  if (list?.kind !== 'array') return value;
  const narrow = (held: Value): Value => ({ ...held, taints: clear(held.taints, kinds) });
  const properties = new Map([...list.properties].map(([name, held]) => [name, narrow(held)]));
  return { ...value, object: { ...list, properties, rest: narrow(list.rest) } };
}
