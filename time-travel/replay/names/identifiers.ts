import type { AnyNode, Identifier, Program } from 'acorn';
import { childNodes, resolve, type Scope, type ScopeMap } from '../instrument/scopes.ts';

/** A place at which a program names a variable: where it declares, reads or writes it. */
export interface NamedVariable {
  node: Identifier;
  /** The scope that declares it; undefined for a global. */
  scope: Scope | undefined;
  /** The node around it. */
  parent: AnyNode;
}

/** Every such place of a program. Keys of properties and labels are none. */
export function findVariables(program: Program, scopes: ScopeMap): NamedVariable[] {
  const found: NamedVariable[] = [];
  const pending: AnyNode[] = [program];
  for (let parent = pending.pop(); parent; parent = pending.pop()) {
    for (const child of variableParts(parent)) {
      if (child.type !== 'Identifier') pending.push(child);
      else found.push({ node: child, scope: resolve(child.name, scopeOf(child, parent, scopes)), parent });
    }
  }
  return found;
}

/** The name of a function that is declared stands outside of the function. */
function scopeOf(node: Identifier, parent: AnyNode, scopes: ScopeMap): Scope {
  const own = scopes.of(parent);
  return parent.type === 'FunctionDeclaration' && parent.id === node ? (own.parent ?? own) : own;
}

function variableParts(node: AnyNode): AnyNode[] {
  const withoutKey = (key: AnyNode) => childNodes(node).filter((child) => child !== key);
  switch (node.type) {
    case 'MemberExpression':
      return node.computed ? [node.object, node.property] : [node.object];
    case 'Property':
      // In a shorthand the value is the same node, or begins with it.
      return node.computed ? [node.key, node.value] : [node.value];
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return node.computed ? childNodes(node) : withoutKey(node.key);
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return [node.local];
    case 'ExportSpecifier':
      return [node.local];
    case 'ExportAllDeclaration':
    case 'MetaProperty':
    case 'BreakStatement':
    case 'ContinueStatement':
      return [];
    case 'LabeledStatement':
      return [node.body];
    default:
      return childNodes(node);
  }
}
