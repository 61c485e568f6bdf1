import { ts } from '../syntax/typescript.ts';
import { noTaints } from '../values/taint.ts';
import { join, newObject, objectValue, tellAbove, type Value } from '../values/value.ts';
import { declaredInstance } from './declaredTypes.ts';
import type { Environment } from './environment.ts';
import { newFunction, parameterTaint } from './functionInfo.ts';
import { componentFields } from './hooks.ts';
import { implement } from './keptValues.ts';
import type { ClassInfo, Frame, FunctionInfo, Machine, ModuleUnit } from './machine.ts';
import { accessorKey, propertyName } from './members.ts';

/** The class made by a node; methods share one object that stands for every instance. */
export function classFor(
  machine: Machine,
  node: ts.ClassLikeDeclaration,
  environment: Environment,
  frame: Frame,
): ClassInfo {
  const known = frame.unit.classes.get(node);
  if (known) return known;
  const info: ClassInfo = {
    node,
    instance: newObject('instance', node),
    statics: newObject('class', node),
    construct: undefined,
    base: undefined,
  };
  frame.unit.classes.set(node, info);
  // Its own fields and methods may name it before the declaration is over.
  const binding = node.name && frame.unit.bindings.of(node.name);
  if (binding) environment.set(String(binding.id), objectValue(info.statics));
  const heritage = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  if (heritage) {
    info.base = machine.evaluate(heritage.expression, environment, frame);
    inherit(info, frame.unit);
    componentFields(info, frame);
  }
  const self = objectValue(info.instance);
  const statics = objectValue(info.statics);
  for (const member of node.members) {
    if (ts.isConstructorDeclaration(member) && member.body) {
      info.construct = newFunction(member, environment, frame.unit, self);
      info.construct.classInfo = info;
      parameterProperties(machine, member, info, environment, frame);
    } else if ((ts.isMethodDeclaration(member) || ts.isAccessor(member)) && member.body) {
      const fn = newFunction(member, environment, frame.unit, isStatic(member) ? statics : self);
      fn.classInfo = info;
      const name = propertyName(member.name);
      if (name === undefined) continue;
      const kept = { taints: noTaints, functions: [fn] };
      (isStatic(member) ? info.statics : info.instance).properties.set(accessorKey(member) + name, kept);
      // Methods of the classes above that call `this.name()` reach what this class makes of it.
      if (!isStatic(member)) tellAbove(info.instance, name, kept);
    }
  }
  for (const clause of node.heritageClauses ?? []) {
    if (clause.token !== ts.SyntaxKind.ImplementsKeyword) continue;
    for (const { expression } of clause.types) {
      if (ts.isIdentifier(expression)) implement(machine, expression.text, info.instance, node, frame);
    }
  }
  const inner = environment.fork();
  inner.set('this', self);
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member)) {
      const value = member.initializer
        ? machine.evaluate(member.initializer, inner, frame)
        : declaredInstance(member.type, frame.unit, environment);
      const name = propertyName(member.name);
      if (value && name !== undefined) (isStatic(member) ? info.statics : info.instance).properties.set(name, value);
      if (value) notifyProperty(machine, member, name, value, frame);
    } else if (ts.isClassStaticBlockDeclaration(member)) {
      newFunction(member, inner, frame.unit, statics);
    }
  }
  if (info.construct) machine.summarize(info.construct);
  return info;
}

function isStatic(member: ts.MethodDeclaration | ts.AccessorDeclaration | ts.PropertyDeclaration): boolean {
  return member.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

function notifyProperty(
  machine: Machine,
  member: ts.PropertyDeclaration,
  name: string | undefined,
  value: Value,
  frame: Frame,
): void {
  if (!member.initializer) return;
  for (const observe of machine.observers.assign) {
    observe(
      {
        node: member,
        target: member.initializer,
        object: undefined,
        property: name,
        key: undefined,
        value,
        valueNode: member.initializer,
        frame,
      },
      machine,
    );
  }
}

/** What the base class has is there for those that are made from it, also what comes to it later. */
function inherit(info: ClassInfo, unit: ModuleUnit): void {
  for (const [name, value] of info.base?.object?.properties ?? []) info.statics.properties.set(name, value);
  const prototype = info.base?.object?.properties.get('prototype')?.object;
  info.instance.parent = prototype ?? baseClass(info, unit)?.instance;
}

/** The class that this one extends, when its source is known. */
export function baseClass(info: ClassInfo, unit: ModuleUnit): ClassInfo | undefined {
  const node = info.base?.object?.node;
  return node && (unit.classes.get(node) ?? unit.foreignClass?.(node));
}

/** The constructor that `new` runs: its own, else the nearest inherited one. */
export function constructorOf(info: ClassInfo, unit: ModuleUnit): FunctionInfo | undefined {
  let at: ClassInfo | undefined = info;
  for (let depth = 0; at && depth < 10; depth++) {
    if (at.construct) return at.construct;
    at = baseClass(at, unit);
  }
  return undefined;
}

/** `constructor(private readonly db: Db)` declares fields. */
function parameterProperties(
  machine: Machine,
  member: ts.ConstructorDeclaration,
  info: ClassInfo,
  environment: Environment,
  frame: Frame,
): void {
  member.parameters.forEach((parameter, index) => {
    if (!parameter.modifiers?.length || !ts.isIdentifier(parameter.name)) return;
    const ref = machine.parameterRef([parameter.name.text], 0, parameter, frame);
    const value: Value = ref
      ? { taints: noTaints, refs: [machine.models.canonical(ref)] }
      : { taints: [parameterTaint(info.construct!, index, parameter, parameter.name.text)] };
    const declared = declaredInstance(parameter.type, frame.unit, environment);
    info.instance.properties.set(parameter.name.text, declared ? join(declared, value) : value);
  });
}
