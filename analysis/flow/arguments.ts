import type { ArgumentSpec } from '../models/model.ts';
import { noTaints } from '../values/taint.ts';
import { deepTaints, type Value } from '../values/value.ts';
import { elementsOf } from './collections.ts';
import type { CallEvent } from './machine.ts';

/** The values of a call that a model's row speaks of. */
export function selectArguments(event: CallEvent, spec: ArgumentSpec): Value[] {
  if (spec === 'this') return event.receiver ? [event.receiver] : [];
  if (spec === 'all') return event.arguments.map(whole);
  if (typeof spec === 'number') {
    const value = event.arguments[spec];
    return value ? [whole(value)] : [];
  }
  if (spec.startsWith('rest:')) return event.arguments.slice(Number(spec.slice(5))).map(whole);
  const [position, ...names] = spec.split('.');
  let value = event.arguments[Number(position)];
  for (const name of names) {
    if (!value) return [];
    const inherited: Value = { taints: value.taints };
    value =
      name === '*'
        ? elementsOf(value)
        : (value.object?.properties.get(name) ?? (value.taints.length > 0 ? inherited : undefined));
  }
  return value ? [whole(value)] : [];
}

/** An argument with everything it holds, but still with its own shape. */
function whole(value: Value): Value {
  const taints = deepTaints(value);
  return taints === value.taints || taints === noTaints ? value : { ...value, taints };
}
