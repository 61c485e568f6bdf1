import type { Bindings } from '../scopes/bindings.ts';
import { ts } from '../syntax/typescript.ts';
import { objectValue, refValue, type Value } from '../values/value.ts';
import type { Environment } from './environment.ts';
import { INTERFACE } from './keptValues.ts';
import type { ModuleUnit } from './machine.ts';

/**
 * The instances of a class of the program that a declaration names as its type: `constructor(private users: Users)`.
 * Containers of dependencies make the object where nobody sees it.
 */
export function declaredInstance(
  type: ts.TypeNode | undefined,
  unit: ModuleUnit,
  environment: Environment,
): Value | undefined {
  const name = type && ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) ? type.typeName.text : undefined;
  const id = name === undefined ? undefined : classNames(unit.bindings).get(name);
  const held = id === undefined ? undefined : environment.get(id);
  const node = held?.object?.node;
  const info = node && (unit.classes.get(node) ?? unit.foreignClass?.(node));
  if (info) return objectValue(info.instance);
  // What a file of the program exports as a type only, or the file itself declares.
  const isOwn =
    id === undefined ? interfaceNames(unit).has(name ?? '') : held && !held.refs && !held.object && !held.functions;
  return name !== undefined && isOwn ? refValue(INTERFACE + name) : undefined;
}

const interfaces = new WeakMap<ModuleUnit, ReadonlySet<string>>();

function interfaceNames(unit: ModuleUnit): ReadonlySet<string> {
  let names = interfaces.get(unit);
  if (!names) {
    names = new Set(unit.tree.root.statements.filter(ts.isInterfaceDeclaration).map(({ name }) => name.text));
    interfaces.set(unit, names);
  }
  return names;
}

const known = new WeakMap<Bindings, ReadonlyMap<string, string>>();

/** Keys of the variables that may hold a class: those of classes and imports. */
function classNames(bindings: Bindings): ReadonlyMap<string, string> {
  let names = known.get(bindings);
  if (!names) {
    const classes = bindings.all.filter(({ kind }) => kind === 'class' || kind === 'import');
    names = new Map(classes.map(({ name, id }) => [name, String(id)]));
    known.set(bindings, names);
  }
  return names;
}
