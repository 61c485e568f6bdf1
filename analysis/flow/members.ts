import { ts } from '../syntax/typescript.ts';
import { everyKind, kindSet } from '../values/kinds.ts';
import { noTaints, type Origin, type Taint } from '../values/taint.ts';
import {
  deepTaints,
  type HeapObject,
  join,
  propertyOf,
  prototypeOf,
  refValue,
  unknown,
  type Value,
} from '../values/value.ts';
import { shortText } from './accessPath.ts';
import { readKept } from './keptValues.ts';
import type { Frame, FunctionInfo, Machine } from './machine.ts';

const MAX_PATH = 3;
const MAX_REF = 80;
/** Lengths and counts carry nothing but a number. */
const numberProperties = new Set(['length', 'size', 'byteLength']);
/** What text is harmless for, whatever it says. */
export const textOnly = kindSet('nosql', 'type');
const numeric = everyKind & ~kindSet('allocation');

/** Reads `object.name`; `name` is undefined for a key that is not known. */
export function readMember(
  machine: Machine,
  object: Value,
  name: string | undefined,
  node: ts.Node,
  frame: Frame,
): Value {
  if (object === unknown) return unknown;
  if (name !== undefined && numberProperties.has(name)) {
    const taints = object.taints.map((taint) => ({ ...taint, cleared: taint.cleared | numeric }));
    return { taints, scalar: true };
  }
  let result: Value = {
    taints: object.taints.length === 0 ? noTaints : object.taints.map((taint) => below(taint, name)),
  };
  const held = object.object;
  if (held) {
    const own = name === undefined ? undefined : (propertyOf(held, name) ?? callGetter(machine, held, name));
    if (own) result = join(result, own);
    else if (name === undefined)
      result = join(result, { taints: deepTaints(object, 2), ...functionsOf(held.properties) });
    if (!own) result = join(result, restOf(held, name));
  }
  // The router of Vue hangs it on every component.
  if (name === '$route') result = join(result, refValue('$route'));
  if (object.functions && name !== undefined) {
    for (const callable of object.functions) {
      const own = name === 'prototype' ? prototypeOf(callable) : callable.statics.properties.get(name);
      if (own) result = join(result, own);
    }
  }
  if (object.refs && name !== undefined) result = join(result, readRefs(machine, object.refs, name, node, frame));
  return result;
}

/** Under which name an accessor is kept: beside a method's, which has none before it. */
export function accessorKey(member: ts.Node): '' | 'get ' | 'set ' {
  if (ts.isGetAccessorDeclaration(member)) return 'get ';
  return ts.isSetAccessorDeclaration(member) ? 'set ' : '';
}

function callGetter(machine: Machine, object: HeapObject, name: string): Value | undefined {
  let result: Value | undefined;
  for (const callable of propertyOf(object, `get ${name}`)?.functions ?? []) {
    const fn = callable as FunctionInfo;
    machine.summarize(fn);
    result = result ? join(result, fn.returns) : fn.returns;
  }
  return result;
}

/** What an object may hold under a name of which nothing is known. */
export function restOf(held: HeapObject, name: string | undefined): Value {
  if (held.spread.length === 0) return held.rest;
  return join(held.rest, { taints: held.spread.map((taint) => below(taint, name)) });
}

function functionsOf(properties: ReadonlyMap<string, Value>): Pick<Value, 'functions'> {
  const functions = [...properties.values()].flatMap((value) => value.functions ?? []).slice(0, 32);
  return functions.length > 0 ? { functions } : {};
}

function readRefs(machine: Machine, refs: readonly string[], name: string, node: ts.Node, frame: Frame): Value {
  const names: string[] = [];
  const taints: Taint[] = [];
  for (const ref of refs) {
    const full = machine.models.canonical(`${ref}.${name}`);
    if (full.length > MAX_REF) continue;
    names.push(full);
    const source = machine.models.entry(full)?.source ?? machine.models.entry(`${ref}.*`)?.source;
    if (source && !source.call && source.kind !== 'none') {
      const taint = sourceTaint(source.kind, node, frame);
      taints.push(source.text ? { ...taint, cleared: textOnly } : taint);
    }
    const kept = readKept(machine, ref, name, node, frame);
    if (kept) taints.push(...kept.taints);
  }
  return { taints, ...(names.length > 0 && { refs: names }) };
}

/** A fresh taint that starts at `node`. */
export function sourceTaint(kind: Extract<Origin, { kind: 'source' }>['source'], node: ts.Node, frame: Frame): Taint {
  const text = shortText(node);
  return {
    origin: { kind: 'source', source: kind, text, key: `${frame.unit.path}#${frame.fn.id}#${text}` },
    step: { node, note: `untrusted: ${text}`, previous: undefined, length: 1 },
    cleared: 0,
    marks: 0,
  };
}

function below(taint: Taint, name: string | undefined): Taint {
  const origin = taint.origin;
  if (origin.kind === 'source') {
    const part = name ?? '[]';
    if (origin.text.length > 50) return taint;
    return { ...taint, origin: { ...origin, text: `${origin.text}.${part}`, key: `${origin.key}.${part}` } };
  }
  if (origin.path.length >= MAX_PATH) return taint;
  const part = name ?? '*';
  return {
    ...taint,
    origin: { ...origin, path: [...origin.path, part], key: `${origin.key}.${part}` },
  };
}

/** The name of a property key when it is fixed. */
export function propertyName(name: ts.PropertyName | ts.Expression): string | undefined {
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  if (ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isComputedPropertyName(name)) {
    const inner = name.expression;
    return ts.isStringLiteralLike(inner) || ts.isNumericLiteral(inner) ? inner.text : undefined;
  }
  return undefined;
}
