import type { AnyNode, Expression, Identifier, PrivateIdentifier, Program } from 'acorn';
import { childNodes } from './scopes.ts';

/** A function of a source, with what one may call it: `add` and `Till.add`. */
export interface NamedFunction {
  names: string[];
  /** Offset at which it begins. */
  start: number;
}

/** What a name in the program is to be called, by the node that it stands in. */
type Rename = (node: AnyNode, name: string) => string;

/** All functions of a program that have a name of their own or one by what they are assigned to, as JavaScript infers it. */
export function findNamedFunctions(program: Program, rename: Rename = (_, name) => name): NamedFunction[] {
  const idName = (id: Identifier | null | undefined) => (id ? rename(id, id.name) : undefined);
  const found = new Map<number, Set<string>>();
  const name = (node: AnyNode | null | undefined, ...names: (string | undefined)[]) => {
    if (!node || !/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return;
    const known = found.get(node.start) ?? new Set();
    for (const one of names) if (one !== undefined) known.add(one);
    found.set(node.start, known);
  };
  const pending: { node: AnyNode; owner?: string }[] = [{ node: program }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node } = next;
    let { owner } = next;
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        name(node, idName(node.id));
        break;
      case 'ClassDeclaration':
      case 'ClassExpression':
        owner = idName(node.id) ?? owner;
        break;
      case 'VariableDeclarator':
        if (node.id.type !== 'Identifier') break;
        owner = idName(node.id);
        name(node.init, owner);
        break;
      case 'AssignmentExpression': {
        const { left, right } = node;
        if (left.type === 'Identifier') name(right, idName(left));
        if (left.type !== 'MemberExpression' || (left.computed && left.property.type !== 'Literal')) break;
        const key = keyName(left.property, rename);
        const holder = holderOf(left.object);
        name(right, key, key !== undefined && holder ? `${idName(holder)}.${key}` : undefined);
        break;
      }
      case 'MethodDefinition':
      case 'PropertyDefinition':
      case 'Property': {
        const key = node.computed ? undefined : keyName(node.key, rename);
        name(node.value, key, key !== undefined && owner !== undefined ? `${owner}.${key}` : undefined);
        break;
      }
    }
    const inner = /Function/.test(node.type) ? undefined : owner;
    for (const child of childNodes(node)) pending.push({ node: child, owner: inner });
  }
  return [...found].filter(([, names]) => names.size > 0).map(([start, names]) => ({ start, names: [...names] }));
}

/** `Till` of `Till.add = ` and of `Till.prototype.add = `; what a module exports is known by its own name. */
function holderOf(object: AnyNode): Identifier | undefined {
  if (object.type === 'Identifier') return ['exports', 'module'].includes(object.name) ? undefined : object;
  if (object.type !== 'MemberExpression' || object.computed || object.object.type !== 'Identifier') return undefined;
  return object.property.type === 'Identifier' && object.property.name === 'prototype' ? object.object : undefined;
}

function keyName(key: Expression | PrivateIdentifier, rename: Rename): string | undefined {
  if (key.type === 'Identifier') return rename(key, key.name);
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  return key.type === 'Literal' ? String(key.value) : undefined;
}
