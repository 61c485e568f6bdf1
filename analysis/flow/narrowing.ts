import { unwrap } from '../syntax/parse.ts';
import type { ts } from '../syntax/typescript.ts';
import type { KindSet } from '../values/kinds.ts';
import { clear } from '../values/taint.ts';
import type { Value } from '../values/value.ts';
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
  const keys = new Set(value.taints.map((taint) => taint.origin.key));
  const key = accessKey(node, frame.unit.bindings);
  if (key !== undefined && value.taints.length > 0)
    environment.refine(key, { ...value, taints: clear(value.taints, kinds) });
  if (keys.size === 0) return;
  for (const [name, held] of [...environment.entries()]) {
    if (name === key || held.taints.length === 0) continue;
    if (!held.taints.some((taint) => keys.has(taint.origin.key))) continue;
    const taints = held.taints.map((taint) =>
      keys.has(taint.origin.key) ? { ...taint, cleared: taint.cleared | kinds } : taint,
    );
    environment.refine(name, { ...held, taints });
  }
}
