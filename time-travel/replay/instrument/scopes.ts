import type { AnyNode, Pattern, Program } from 'acorn';

/** A region of source in which names are declared. */
export interface Scope {
  node: AnyNode;
  parent: Scope | undefined;
  /** The function (or program) that `var` declarations of this scope belong to. */
  owner: Scope;
  names: Set<string>;
}

/** Every scope of a program, and the scope in which each node stands. */
export interface ScopeMap {
  program: Scope;
  of(node: AnyNode): Scope;
  /** The innermost scope around an offset. */
  at(offset: number): Scope;
}

/** Finds what each scope declares: variables, functions, classes, parameters, imports and caught errors. */
export function findScopes(program: Program): ScopeMap {
  const scopes = new Map<AnyNode, Scope>();
  const all: Scope[] = [];
  const root = newScope(program, undefined);
  const pending: { node: AnyNode; scope: Scope }[] = [];

  function newScope(node: AnyNode, parent: Scope | undefined): Scope {
    const scope = { node, parent, names: new Set<string>() } as Scope;
    scope.owner = parent === undefined || isFunction(node) || node.type === 'StaticBlock' ? scope : parent.owner;
    all.push(scope);
    return scope;
  }

  pending.push({ node: program, scope: root });
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node } = next;
    let { scope } = next;
    if (declaresOutside(node) && node.id) scope.names.add(node.id.name);
    if (node !== program && opensScope(node)) scope = newScope(node, scope);
    scopes.set(node, scope);
    declare(node, scope);
    for (const child of childNodes(node)) pending.push({ node: child, scope });
  }
  return {
    program: root,
    of: (node) => scopes.get(node)!,
    // Scopes nest: the last one that begins before the offset and holds it is the innermost.
    at: (offset) =>
      all
        .filter(({ node }) => node.start <= offset && offset < node.end)
        .reduce((inner, scope) => (scope.node.start >= inner.node.start ? scope : inner), root),
  };
}

/** The scope whose declaration a name means, or undefined for a global. */
export function resolve(name: string, from: Scope): Scope | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) if (scope.names.has(name)) return scope;
  return undefined;
}

function declare(node: AnyNode, scope: Scope): void {
  switch (node.type) {
    case 'VariableDeclaration':
      for (const { id } of node.declarations) {
        for (const name of patternNames(id)) (node.kind === 'var' ? scope.owner : scope).names.add(name);
      }
      break;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      for (const parameter of node.params) for (const name of patternNames(parameter)) scope.names.add(name);
      if (node.type === 'FunctionExpression' && node.id) scope.names.add(node.id.name);
      break;
    case 'CatchClause':
      if (node.param) for (const name of patternNames(node.param)) scope.names.add(name);
      break;
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      scope.names.add(node.local.name);
      break;
  }
}

function declaresOutside(node: AnyNode): node is AnyNode & { id: { name: string } | null } {
  return node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration';
}

function opensScope(node: AnyNode): boolean {
  return (
    isFunction(node) ||
    [
      'BlockStatement',
      'ForStatement',
      'ForInStatement',
      'ForOfStatement',
      'SwitchStatement',
      'CatchClause',
      'StaticBlock',
    ].includes(node.type)
  );
}

function isFunction(node: AnyNode): boolean {
  return ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type);
}

/** Names that a binding or assignment pattern sets. */
export function patternNames(pattern: Pattern | AnyNode): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === 'Property' ? property.value : property.argument),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? patternNames(element) : []));
    case 'RestElement':
      return patternNames(pattern.argument);
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    default:
      return [];
  }
}

/** The nodes directly below a node, in source order. */
export function childNodes(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) found.push(item);
    } else if (isNode(value)) found.push(value);
  }
  return found;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
