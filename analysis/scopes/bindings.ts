import { ts } from '../syntax/typescript.ts';

export type BindingKind = 'var' | 'let' | 'const' | 'function' | 'class' | 'parameter' | 'import' | 'catch' | 'enum';

/** One declared name. Two names are the same variable exactly when they have the same binding. */
export interface Binding {
  /** Unique within its file. */
  id: number;
  name: string;
  kind: BindingKind;
  declaration: ts.Node;
  /** The function (or source file) whose activation holds the variable. */
  owner: ts.Node;
  /** Assignments after the declaration. */
  writes: number;
  /** True when a function other than the owner assigns it: its value then depends on who ran last. */
  writtenElsewhere: boolean;
}

export interface Bindings {
  /** The binding an identifier refers to, or undefined for a global. */
  of(identifier: ts.Node): Binding | undefined;
  all: readonly Binding[];
}

interface Scope {
  names: Map<string, Binding>;
  parent: Scope | undefined;
  owner: ts.Node;
}

/** Resolves every identifier of a file to its declaration: `var` hoisting, block scopes, imports, classes, enums. */
export function resolveBindings(root: ts.SourceFile): Bindings {
  const uses = new Map<ts.Node, Binding>();
  const all: Binding[] = [];

  const declare = (scope: Scope, name: ts.Identifier, kind: BindingKind, declaration: ts.Node): void => {
    let binding = scope.names.get(name.text);
    if (!binding) {
      binding = {
        id: all.length,
        name: name.text,
        kind,
        declaration,
        owner: scope.owner,
        writes: 0,
        writtenElsewhere: false,
      };
      all.push(binding);
      scope.names.set(name.text, binding);
    } else if (kind === 'function') {
      binding.declaration = declaration;
    }
    uses.set(name, binding);
  };

  const declarePattern = (scope: Scope, name: ts.BindingName, kind: BindingKind, declaration: ts.Node): void => {
    if (ts.isIdentifier(name)) declare(scope, name, kind, declaration);
    else {
      for (const element of name.elements) {
        if (ts.isBindingElement(element)) declarePattern(scope, element.name, kind, declaration);
      }
    }
  };

  const hoistVariables = (scope: Scope, node: ts.Node): void => {
    const visit = (child: ts.Node): void => {
      // Declarations lie in statements: expressions need no look.
      if (ts.isExpression(child) || ts.isFunctionLike(child) || ts.isClassLike(child)) return;
      if (ts.isVariableDeclarationList(child) && !(child.flags & ts.NodeFlags.BlockScoped)) {
        for (const declaration of child.declarations) declarePattern(scope, declaration.name, 'var', declaration);
      }
      if (!ts.isTypeNode(child)) ts.forEachChild(child, visit);
    };
    ts.forEachChild(node, visit);
  };

  const hoistStatements = (scope: Scope, statements: readonly ts.Statement[]): void => {
    for (const statement of statements) {
      if (ts.isFunctionDeclaration(statement) && statement.name) declare(scope, statement.name, 'function', statement);
      else if (ts.isClassDeclaration(statement) && statement.name) declare(scope, statement.name, 'class', statement);
      else if (ts.isEnumDeclaration(statement)) declare(scope, statement.name, 'enum', statement);
      else if (ts.isImportDeclaration(statement)) declareImports(scope, statement);
      else if (ts.isImportEqualsDeclaration(statement)) declare(scope, statement.name, 'import', statement);
      else if (ts.isVariableStatement(statement)) declareLexical(scope, statement.declarationList);
    }
  };

  const declareLexical = (scope: Scope, list: ts.VariableDeclarationList): void => {
    if (!(list.flags & ts.NodeFlags.BlockScoped)) return;
    const kind = list.flags & ts.NodeFlags.Const ? 'const' : 'let';
    for (const declaration of list.declarations) declarePattern(scope, declaration.name, kind, declaration);
  };

  const declareImports = (scope: Scope, statement: ts.ImportDeclaration): void => {
    const clause = statement.importClause;
    if (!clause) return;
    if (clause.name) declare(scope, clause.name, 'import', clause);
    const named = clause.namedBindings;
    if (named && ts.isNamespaceImport(named)) declare(scope, named.name, 'import', named);
    else if (named) for (const element of named.elements) declare(scope, element.name, 'import', element);
  };

  const reference = (scope: Scope, identifier: ts.Identifier): void => {
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      const binding = at.names.get(identifier.text);
      if (!binding) continue;
      if (!uses.has(identifier)) uses.set(identifier, binding);
      if (isWritten(identifier)) {
        binding.writes++;
        if (scope.owner !== binding.owner) binding.writtenElsewhere = true;
      }
      return;
    }
  };

  const open = (parent: Scope | undefined, owner: ts.Node): Scope => ({ names: new Map(), parent, owner });

  const visitFunction = (node: ts.SignatureDeclaration, outer: Scope): void => {
    const scope = open(outer, node);
    if (ts.isFunctionExpression(node) && node.name) declare(scope, node.name, 'function', node);
    if (node.name && ts.isComputedPropertyName(node.name)) visit(node.name.expression, outer);
    for (const parameter of node.parameters) declarePattern(scope, parameter.name, 'parameter', parameter);
    for (const parameter of node.parameters) visitDecorators(parameter, outer);
    visitDecorators(node, outer);
    const body = 'body' in node ? (node.body as ts.Node | undefined) : undefined;
    if (body) hoistVariables(scope, ts.isBlock(body) ? body : node);
    for (const parameter of node.parameters) visitPattern(parameter, scope);
    if (!body) return;
    if (ts.isBlock(body)) {
      hoistStatements(scope, body.statements);
      for (const statement of body.statements) visit(statement, scope);
    } else visit(body, scope);
  };

  const visitDecorators = (node: ts.Node, scope: Scope): void => {
    if (!ts.canHaveDecorators(node)) return;
    for (const decorator of ts.getDecorators(node) ?? []) visit(decorator.expression, scope);
  };

  const visitPattern = (
    node: ts.ParameterDeclaration | ts.VariableDeclaration | ts.BindingElement,
    scope: Scope,
  ): void => {
    if (ts.isBindingElement(node) && node.propertyName && ts.isComputedPropertyName(node.propertyName)) {
      visit(node.propertyName.expression, scope);
    }
    if (!ts.isIdentifier(node.name)) {
      for (const element of node.name.elements) if (ts.isBindingElement(element)) visitPattern(element, scope);
    }
    if (node.initializer) visit(node.initializer, scope);
  };

  const visitBlock = (node: ts.Node, statements: readonly ts.Statement[], outer: Scope): void => {
    const scope = open(outer, outer.owner);
    hoistStatements(scope, statements);
    ts.forEachChild(node, (child) => visit(child, scope));
  };

  const visit = (node: ts.Node, scope: Scope): void => {
    if (ts.isIdentifier(node)) return reference(scope, node);
    if (node.kind <= ts.SyntaxKind.LastToken) return;
    if (ts.isCallExpression(node) || ts.isExpressionStatement(node) || ts.isBinaryExpression(node)) {
      return void ts.forEachChild(node, (child) => visit(child, scope));
    }
    if (ts.isPropertyAccessExpression(node)) return visit(node.expression, scope);
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isFunctionLike(node)) return visitFunction(node, scope);
    if (ts.isVariableDeclaration(node)) return visitPattern(node, scope);
    if (ts.isBlock(node) || ts.isModuleBlock(node)) return visitBlock(node, node.statements, scope);
    if (ts.isCaseBlock(node))
      return visitBlock(
        node,
        node.clauses.flatMap((clause) => [...clause.statements]),
        scope,
      );
    if (ts.isForStatement(node) || ts.isForInStatement(node) || ts.isForOfStatement(node)) {
      const inner = open(scope, scope.owner);
      if (node.initializer && ts.isVariableDeclarationList(node.initializer)) declareLexical(inner, node.initializer);
      return void ts.forEachChild(node, (child) => visit(child, inner));
    }
    if (ts.isCatchClause(node)) {
      const inner = open(scope, scope.owner);
      if (node.variableDeclaration) declarePattern(inner, node.variableDeclaration.name, 'catch', node);
      return visit(node.block, inner);
    }
    if (ts.isClassLike(node)) {
      const inner = open(scope, scope.owner);
      if (ts.isClassExpression(node) && node.name) declare(inner, node.name, 'class', node);
      visitDecorators(node, scope);
      for (const clause of node.heritageClauses ?? []) for (const type of clause.types) visit(type.expression, inner);
      for (const member of node.members) visit(member, inner);
      return;
    }
    if (ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node) || ts.isEnumMember(node)) {
      visitDecorators(node, scope);
      if (ts.isComputedPropertyName(node.name)) visit(node.name.expression, scope);
      if (node.initializer) visit(node.initializer, scope);
      return;
    }
    if (ts.isClassStaticBlockDeclaration(node)) return visitBlock(node.body, node.body.statements, open(scope, node));
    if (ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier || !node.exportClause || !ts.isNamedExports(node.exportClause)) return;
      for (const element of node.exportClause.elements) {
        const local = element.propertyName ?? element.name;
        if (ts.isIdentifier(local)) reference(scope, local);
      }
      return;
    }
    if (ts.isLabeledStatement(node)) return visit(node.statement, scope);
    if (ts.isBreakOrContinueStatement(node) || ts.isMetaProperty(node)) return;
    if (ts.isJsxAttribute(node)) return void (node.initializer && visit(node.initializer, scope));
    ts.forEachChild(node, (child) => visit(child, scope));
  };

  const top = open(undefined, root);
  hoistVariables(top, root);
  hoistStatements(top, root.statements);
  for (const statement of root.statements) visit(statement, top);
  return { of: (identifier) => uses.get(identifier), all };
}

function isWritten(identifier: ts.Identifier): boolean {
  const parent = identifier.parent;
  if (ts.isBinaryExpression(parent)) {
    const operator = parent.operatorToken.kind;
    const assigns = operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
    return assigns && parent.left === identifier;
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    return parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
  }
  if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return parent.initializer === identifier;
  return ts.isShorthandPropertyAssignment(parent) && isAssignmentTarget(parent.parent);
}

function isAssignmentTarget(node: ts.Node): boolean {
  const parent = node.parent;
  if (ts.isBinaryExpression(parent)) {
    return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.left === node;
  }
  return (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) && parent.initializer === node;
}
