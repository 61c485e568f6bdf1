import { ts } from '../syntax/typescript.ts';
import { type KindSet, kindSet } from '../values/kinds.ts';
import { addMarks, addSteps, clear, joinTaints, mark, noTaints, type Taint } from '../values/taint.ts';
import {
  concatenate,
  constantOf,
  constantValue,
  deepTaints,
  type HeapObject,
  HOLE,
  join,
  knownText,
  newObject,
  scalar,
  unknown,
  type Value,
} from '../values/value.ts';
import { accessKey } from './accessPath.ts';
import { applyCallback } from './callbacks.ts';
import { arrayOf, elementsOf } from './collections.ts';
import { callEmitter, makeEmitter } from './emitters.ts';
import type { Environment } from './environment.ts';
import { callGlobal } from './globals.ts';
import { callHook } from './hooks.ts';
import type { CallEvent, FunctionInfo, Machine } from './machine.ts';
import { replacementClears } from './replacement.ts';
import { callSchema } from './schemas.ts';
import { keysOf } from './statements.ts';

const iterators = new Set([
  'forEach',
  'map',
  'filter',
  'find',
  'findLast',
  'some',
  'every',
  'flatMap',
  'findIndex',
  'each',
]);
const keepers = new Set([
  'slice',
  'concat',
  'reverse',
  'sort',
  'filter',
  'flat',
  'splice',
  'toSorted',
  'toReversed',
  'values',
  'entries',
]);
const texts = new Set([
  'toString',
  'toLowerCase',
  'toUpperCase',
  'trim',
  'trimStart',
  'trimEnd',
  'trimLeft',
  'trimRight',
  'substring',
  'substr',
  'slice',
  'padStart',
  'padEnd',
  'repeat',
  'normalize',
  'charAt',
  'at',
  'toLocaleLowerCase',
  'toLocaleUpperCase',
  'valueOf',
  'concat',
  'replace',
  'replaceAll',
]);
const tests = new Set([
  'indexOf',
  'lastIndexOf',
  'includes',
  'startsWith',
  'endsWith',
  'test',
  'search',
  'localeCompare',
  'charCodeAt',
  'codePointAt',
  'hasOwnProperty',
  'has',
  'isArray',
  'isInteger',
  'isNaN',
  'isFinite',
  'getTime',
  'getFullYear',
]);

/** Methods and functions of the language itself; undefined when the call is none of them. */
export function callBuiltin(machine: Machine, event: CallEvent, environment: Environment): Value | undefined {
  return (
    callSchema(machine, event, environment) ??
    makeEmitter(event) ??
    callHook(machine, event) ??
    callGlobal(machine, event) ??
    (event.receiver ? callMethod(machine, event, event.receiver, environment) : undefined)
  );
}

function callMethod(machine: Machine, event: CallEvent, receiver: Value, environment: Environment): Value | undefined {
  const { name, arguments: values } = event;
  const [first, second] = values;
  const moved = (taints: readonly Taint[]): readonly Taint[] => addSteps(taints, event.node, `through ${name}()`);

  const heard = callEmitter(machine, event, receiver);
  if (heard) return heard;
  if (name === 'then' || name === 'catch' || name === 'finally') {
    let result = name === 'then' ? unknown : receiver;
    const incoming = name === 'then' ? receiver : unknown;
    for (const callback of values) {
      if (callback.functions)
        result = join(result, applyCallback(machine, callback, [callback === first ? incoming : unknown], event));
    }
    return result;
  }
  if (iterators.has(name) && first?.functions) {
    const element = elementsOf(receiver);
    nameElements(event, receiver, element);
    const isSearch = name === 'filter' || name === 'find' || name === 'findLast' || name === 'some' || name === 'every';
    const result = applyCallback(machine, first, [element, isSearch ? unknown : unknown, receiver], event);
    if (name === 'map' || name === 'flatMap') return arrayOf(name === 'map' ? result : elementsOf(result));
    if (name === 'filter') return receiver;
    return name === 'find' || name === 'findLast' ? element : unknown;
  }
  if ((name === 'reduce' || name === 'reduceRight') && first?.functions) {
    const start = second ?? elementsOf(receiver);
    const once = applyCallback(machine, first, [start, elementsOf(receiver)], event);
    return join(start, applyCallback(machine, first, [join(start, once), elementsOf(receiver)], event));
  }
  if (name === 'push' || name === 'unshift' || name === 'add' || (name === 'set' && second) || name === 'append') {
    const added =
      (name === 'set' || name === 'append') && second
        ? second
        : values.reduce((all, value) => join(all, value), unknown);
    return grow(event, receiver, added, name === 'set' ? first && knownText(first) : undefined, environment);
  }
  if (name === 'get' && receiver.object?.kind === 'map') {
    const key = first && knownText(first);
    return (key !== undefined ? receiver.object.properties.get(key) : undefined) ?? elementsOf(receiver);
  }
  if (name === 'pipe' && first?.refs) return first;
  if (name === 'pop' || name === 'shift') {
    const taken = elementsOf(receiver);
    if (name === 'shift' && receiver.object) moveUp(receiver.object);
    return taken;
  }
  if (name === 'join') return joinText(event, receiver, first);
  if (name === 'split') {
    const taints = addMarks(moved(receiver.taints), mark.enumeratedKey | mark.text);
    return arrayOf({ taints });
  }
  if (name === 'match' || name === 'matchAll' || name === 'exec') {
    const subject = name === 'exec' ? first : receiver;
    return subject && subject.taints.length > 0 ? { taints: moved(subject.taints) } : unknown;
  }
  if (name === 'keys') return arrayOf(keysOf(receiver));
  if (name === 'toFixed' || name === 'toISOString') return { taints: noTaints };
  if (tests.has(name) && event.node.parent && !receiver.refs) return scalar;
  if (receiver.object?.kind === 'array' && keepers.has(name)) {
    if (name === 'slice') return sliced(receiver, receiver.object, first && constantOf(first)?.value);
    return name === 'concat'
      ? values.reduce((all, value) => join(all, arrayOf(elementsOf(value))), receiver)
      : receiver;
  }
  if (name === 'bind') return bind(receiver, values.slice(1));
  if (texts.has(name) && (receiver.taints.length > 0 || receiver.text !== undefined))
    return textMethod(event, receiver, replacedBy(machine, event));
  if (name === 'on' || name === 'once' || name === 'addListener') return receiver;
  return undefined;
}

/** `['a', 'b'].forEach((key) => ...)`: a function written there gets these texts and nothing else. */
function nameElements({ node, arguments: [first] }: CallEvent, receiver: Value, element: Value): void {
  const list = receiver.object;
  const [callable] = first?.functions ?? [];
  if (list?.kind !== 'array' || !list.closed || list.properties.size === 0 || !callable) return;
  const fn = callable as FunctionInfo;
  const isWritten = ts.isCallExpression(node) && node.arguments[0] === fn.node;
  if (!isWritten || fn.state !== 'new') return;
  if ([...list.properties.values()].every((value) => knownText(value) !== undefined)) fn.parameterValues[0] = element;
}

function bind(callee: Value, values: readonly Value[]): Value | undefined {
  if (!callee.functions) return callee.refs ? callee : undefined;
  return values.length > 0 ? { ...callee, bound: [...(callee.bound ?? []), ...values] } : callee;
}

/** After `list.shift()`, which may run or not, each place holds what it held or what the next one did. */
function moveUp(list: HeapObject): void {
  for (let index = 0; list.properties.has(String(index)); index++) {
    const next = list.properties.get(String(index + 1));
    if (next) list.properties.set(String(index), join(list.properties.get(String(index))!, next));
  }
}

/** `list.slice(1)`: what stood at 1 stands at 0. */
function sliced(receiver: Value, list: HeapObject, from: unknown): Value {
  if (typeof from !== 'number' || from <= 0) return receiver;
  const part = newObject('array', list.node);
  for (const [name, value] of list.properties)
    if (Number(name) >= from) part.properties.set(String(Number(name) - from), value);
  part.rest = list.rest;
  part.closed = list.closed;
  return { ...receiver, object: part };
}

const leadingDots = /^\^\(\??:?(?:\\\.\\\.|\\\.\{2\}).*\)[+*]/;

/** What a function that makes the replacements brings in besides what it is given. */
function replacedBy(machine: Machine, event: CallEvent): readonly Taint[] {
  const second = event.arguments[1];
  if (!event.name.startsWith('replace') || !second) return noTaints;
  return second.functions ? deepTaints(applyCallback(machine, second, [], event)) : second.taints;
}

function textMethod(event: CallEvent, receiver: Value, replaced: readonly Taint[]): Value {
  const { name, arguments: values } = event;
  const [first, second] = values;
  const constant = knownText(receiver);
  if (constant !== undefined && receiver.taints.length === 0) {
    if (name === 'toLowerCase') return constantValue(constant.toLowerCase());
    if (name === 'toUpperCase') return constantValue(constant.toUpperCase());
    if (name === 'trim' || name === 'toString') return receiver;
  }
  let kinds: KindSet = name === 'toString' ? kindSet('nosql', 'type', 'merge') : 0;
  let taints = receiver.taints;
  if (name === 'replace' || name === 'replaceAll') {
    kinds = replacementClears(first, second, name === 'replaceAll');
    // `path.normalize(name)` brings every `..` to the front, where this takes them off.
    const isNormal = taints.every((taint) => taint.marks & mark.resolved);
    if (isNormal && leadingDots.test(first?.pattern?.source ?? '')) kinds |= kindSet('path');
    taints = joinTaints(taints, replaced);
    if (receiver.text !== undefined) {
      const clean = clear(addSteps(taints, event.node, `through ${name}()`), kinds);
      return {
        taints: clean,
        text: receiver.text.includes(HOLE) || second?.text === undefined ? receiver.text + HOLE : receiver.text,
      };
    }
  }
  if (name === 'concat') return concatenate([receiver, ...values], mark.prefixed);
  return { taints: clear(addSteps(taints, event.node, `through ${name}()`), kinds) };
}

/** Adds to a collection; one the engine has not seen made is remembered under its variable. */
function grow(
  event: CallEvent,
  receiver: Value,
  added: Value,
  key: string | undefined,
  environment: Environment,
): Value {
  if (receiver.object) {
    if (key !== undefined) receiver.object.properties.set(key, added);
    else {
      receiver.object.rest = join(receiver.object.rest, added);
      receiver.object.closed = false;
    }
    return receiver;
  }
  const target =
    event.node.kind === ts.SyntaxKind.CallExpression ? (event.node as ts.CallExpression).expression : undefined;
  const subject = target && ts.isPropertyAccessExpression(target) ? target.expression : undefined;
  const path = subject && accessKey(subject, event.frame.unit.bindings);
  const taints = deepTaints(added);
  if (path !== undefined && taints.length > 0 && !receiver.refs) {
    environment.set(path, { ...receiver, taints: joinTaints(receiver.taints, taints) });
  }
  return receiver;
}

function joinText(event: CallEvent, receiver: Value, separator: Value | undefined): Value {
  const array = receiver.object;
  const between = separator ? (constantOf(separator) ? separator : unknown) : constantValue(',');
  if (array?.kind === 'array') {
    const parts: Value[] = [];
    for (const value of array.properties.values()) parts.push(...(parts.length > 0 ? [between] : []), value);
    if (array.rest !== unknown) parts.push(between, array.rest);
    return concatenate(parts, mark.prefixed);
  }
  return { taints: addSteps(receiver.taints, event.node, 'joined into text') };
}
