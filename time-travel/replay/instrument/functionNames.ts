import type { AnyNode, Expression, PrivateIdentifier, Program } from 'acorn';
import { childNodes } from './scopes.ts';

/** A function of a source, with what one may call it: `add` and `Till.add`. */
export interface NamedFunction {
  names: string[];
  /** Offset at which it begins. */
  start: number;
}

/** All functions of a program that have a name of their own or one by what they are assigned to, as JavaScript infers it. */
export function findNamedFunctions(program: Program): NamedFunction[] {
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
        name(node, node.id?.name);
        break;
      case 'ClassDeclaration':
      case 'ClassExpression':
        owner = node.id?.name ?? owner;
        break;
      case 'VariableDeclarator':
        if (node.id.type !== 'Identifier') break;
        name(node.init, node.id.name);
        owner = node.id.name;
        break;
      case 'AssignmentExpression': {
        const assigned = node.left.type === 'MemberExpression' ? keyName(node.left.property) : undefined;
        name(node.right, node.left.type === 'Identifier' ? node.left.name : assigned);
        break;
      }
      case 'MethodDefinition':
      case 'PropertyDefinition':
      case 'Property': {
        const key = node.computed ? undefined : keyName(node.key);
        name(node.value, key, key !== undefined && owner !== undefined ? `${owner}.${key}` : undefined);
        break;
      }
    }
    const inner = /Function/.test(node.type) ? undefined : owner;
    for (const child of childNodes(node)) pending.push({ node: child, owner: inner });
  }
  return [...found].filter(([, names]) => names.size > 0).map(([start, names]) => ({ start, names: [...names] }));
}

function keyName(key: Expression | PrivateIdentifier): string | undefined {
  if (key.type === 'Identifier') return key.name;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  return key.type === 'Literal' ? String(key.value) : undefined;
}
