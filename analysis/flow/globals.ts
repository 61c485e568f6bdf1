import { everyKind, kindSet } from '../values/kinds.ts';
import { addMarks, addSteps, clear, mark, noTaints } from '../values/taint.ts';
import { deepTaints, join, knownText, newObject, objectValue, scalar, unknown, type Value } from '../values/value.ts';
import { applyCallback } from './callbacks.ts';
import { arrayOf, elementsOf, flattened } from './collections.ts';
import { keepValue } from './keptValues.ts';
import { overwrite } from './literals.ts';
import type { CallEvent, Machine } from './machine.ts';
import { callPromise } from './promises.ts';
import { keysOf } from './statements.ts';

const numeric = everyKind & ~kindSet('allocation');

/** Functions that are there without an import: of the language, its objects and Node. */
export function callGlobal(machine: Machine, event: CallEvent): Value | undefined {
  const [first] = event.arguments;
  for (const ref of event.refs) {
    switch (ref) {
      case 'Number':
      case 'parseInt':
      case 'parseFloat':
      case 'Number.parseInt':
      case 'Number.parseFloat':
      case 'BigInt':
        return { taints: clear(first?.taints ?? noTaints, numeric), scalar: true };
      case 'Boolean':
      case 'isNaN':
      case 'isFinite':
      case 'Array.isArray':
        return scalar;
      case 'String':
        return first
          ? {
              taints: addMarks(clear(deepTaints(first), kindSet('nosql', 'type', 'merge')), mark.text),
              ...(first.text !== undefined && { text: first.text }),
            }
          : unknown;
      case 'Object.keys':
      case 'Object.getOwnPropertyNames':
      case 'Reflect.ownKeys':
        return first ? arrayOf(keysOf(first)) : unknown;
      case 'Object.values':
        return first ? arrayOf(elementsOf(first)) : unknown;
      case 'Object.entries': {
        if (!first) return unknown;
        const pair = newObject('array');
        pair.properties.set('0', keysOf(first)).set('1', elementsOf(first));
        return arrayOf(objectValue(pair));
      }
      case 'Object.assign':
        return event.arguments.reduce((target, from) => mergeInto(machine, target, from, event), first ?? unknown);
      case 'Object.freeze':
      case 'Object.seal':
      case 'Object.fromEntries':
      case 'structuredClone':
      case 'util.promisify':
      case 'util.callbackify':
      case 'Promise.resolve':
        return first ?? unknown;
      case 'Object.create': {
        if (first?.constant?.value !== null) return first ?? unknown;
        return objectValue({ ...newObject('object', event.node), bare: true });
      }
      case 'Promise.all':
      case 'Promise.allSettled':
      case 'Promise.race':
      case 'Promise.any':
        return first ?? unknown;
      case 'Array.from':
      case 'Array.of': {
        const callback = event.arguments[1];
        if (!first) return arrayOf(unknown);
        return callback?.functions
          ? arrayOf(applyCallback(machine, callback, [elementsOf(first)], event))
          : arrayOf(elementsOf(first));
      }
      case 'Set':
      case 'Map':
      case 'WeakMap':
      case 'URLSearchParams': {
        const made = newObject('map', event.node);
        if (first) {
          made.rest = first.object?.kind === 'array' ? elementsOf(first) : flattened(first);
          for (const [name, value] of first.object?.properties ?? []) made.properties.set(name, value);
        }
        return objectValue(made);
      }
      case 'Error':
      case 'TypeError':
      case 'RangeError':
      case 'SyntaxError': {
        const error = newObject('object', event.node);
        if (first) error.properties.set('message', first);
        return { ...objectValue(error), refs: ['Error()'] };
      }
      case 'Promise':
        return callPromise(machine, event);
      case 'JSON.parse':
      case 'decodeURIComponent':
      case 'decodeURI':
      case 'unescape':
      case 'atob':
        return { taints: addSteps(first?.taints ?? noTaints, event.node, `through ${event.name}()`) };
      case 'JSON.stringify':
        return {
          taints: clear(
            addSteps(first ? deepTaints(first) : noTaints, event.node, 'written as JSON'),
            kindSet('nosql', 'type', 'merge', 'log', 'xss'),
          ),
        };
      case 'encodeURIComponent':
        return {
          taints: clear(
            first?.taints ?? noTaints,
            kindSet('xss', 'path', 'redirect', 'ssrf', 'header', 'log', 'sql', 'nosql'),
          ),
        };
      case 'encodeURI':
        return { taints: clear(first?.taints ?? noTaints, kindSet('xss', 'header', 'log')) };
      case 'RegExp': {
        const source = first && knownText(first);
        const flags = (event.arguments[1] && knownText(event.arguments[1])) ?? '';
        return source === undefined
          ? first?.pattern
            ? first
            : unknown
          : { taints: noTaints, pattern: { source, flags, node: event.node } };
      }
      default:
        if (ref.startsWith('Math.') && ref !== 'Math.random') {
          const taints = event.arguments.flatMap((value) => [...value.taints]);
          return { taints: clear(taints, ref === 'Math.min' ? everyKind : numeric), scalar: true };
        }
    }
  }
  return undefined;
}

function mergeInto(machine: Machine, target: Value, from: Value, { node, frame }: CallEvent): Value {
  if (target === from) return target;
  for (const [name, value] of from.object?.properties ?? []) keepValue(machine, target, name, value, node, frame);
  if (target.object) {
    overwrite(machine, target.object, from, node, frame);
    return target;
  }
  return join(target, from);
}
