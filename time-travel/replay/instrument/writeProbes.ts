import type { AnyNode, BlockStatement, ForInStatement, ForOfStatement, Program, StaticBlock, SwitchCase } from 'acorn';
import { passage, WRITE, WRITE_ID, WRITE_KEY, WRITTEN } from './probeText.ts';
import { childNodes, findScopes, patternNames, resolve, type Scope } from './scopes.ts';

/** What a query watches: a property by its key, on whatever object; or a variable by where it is visible. */
export type WriteTarget =
  | { kind: 'property'; key: string }
  | { kind: 'variable'; name: string; script: string; line: number; column: number };

/** Text to add at an offset of the original source. */
export interface WritePiece {
  at: number;
  text: string;
  closes: boolean;
  /** Where that began which closes here: what began later closes before. */
  opened?: number;
}

/**
 * Probes that see each write of the key: `a.b = v` becomes `$w(a, "b").b = v`, so that the object is known when it is
 * evaluated, and everything else stays as it was.
 */
export function propertyWrites(program: Program, key: string): WritePiece[] {
  const pieces: WritePiece[] = [];
  const open = (at: number, text: string) => pieces.push({ at, text: passage(text), closes: false });
  const close = (at: number, text: string, opened: number) =>
    pieces.push({ at, text: passage(text), closes: true, opened });
  const target = (node: AnyNode) => {
    if (node.type !== 'MemberExpression' || node.object.type === 'Super') return;
    if (node.computed) {
      open(node.object.start, `${WRITE}((`);
      close(node.object.end, '))', node.object.start);
      open(node.property.start, `${WRITE_KEY}((`);
      close(node.property.end, '))', node.property.start);
    } else if (node.property.type === 'Identifier' && node.property.name === key) {
      open(node.object.start, `${WRITE}((`);
      close(node.object.end, `),${JSON.stringify(key)})`, node.object.start);
    }
  };
  visit(program, (node) => {
    for (const pattern of assigned(node)) for (const part of patternTargets(pattern)) target(part);
    if (node.type === 'UnaryExpression' && node.operator === 'delete') target(node.argument);
    if (node.type === 'ObjectExpression' && node.properties.some((property) => mayDefine(property, key))) {
      open(node.start, `${WRITE}(`);
      close(node.end, `,${JSON.stringify(key)},true)`, node.start);
    }
    if (node.type === 'PropertyDefinition' && node.value && !node.computed && namesKey(node.key, key)) {
      if (isAnonymousFunction(node.value)) return;
      open(node.value.start, `(${WRITE}(this,${JSON.stringify(key)}),`);
      close(node.value.end, ')', node.value.start);
    }
  });
  return pieces;
}

/**
 * Probes that see each write of one variable, which `offset` tells apart from others of the same name. `$i` counts the
 * calls of the function that declares it, so that each call's variable is its own.
 */
export function variableWrites(program: Program, name: string, offset: number): WritePiece[] {
  const scopes = findScopes(program);
  const declared = resolve(name, scopes.at(offset));
  const pieces: WritePiece[] = [];
  const { id, piece } = callId(declared, name);
  if (piece) pieces.push(piece);
  const call = `${WRITE}(${id},${JSON.stringify(name)})`;
  const now = `${WRITTEN}(0,${id},${name});`;
  /** Statements `const { x } = ...` have the value behind them. */
  const afterDeclarations = (body: readonly AnyNode[]) => {
    for (const statement of body) {
      const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      if (declaration?.type !== 'VariableDeclaration' || resolve(name, scopes.of(declaration)) !== declared) continue;
      const apart = declaration.declarations.some(({ id: pattern, init }) => {
        return init && pattern.type !== 'Identifier' && patternNames(pattern).includes(name);
      });
      if (apart) pieces.push({ at: statement.end, text: passage(`;${now}`), closes: false });
    }
  };
  visit(program, (node) => {
    if (resolve(name, scopes.of(node)) !== declared && !isBody(node)) return;
    if (setsName(node, name)) {
      pieces.push({ at: node.start, text: passage(`${WRITTEN}((${call},`), closes: false });
      pieces.push({ at: node.end, text: passage(`),${id},${name})`), closes: true, opened: node.start });
    } else if ((node.type === 'ForOfStatement' || node.type === 'ForInStatement') && headSets(node, name)) {
      if (node.body.type !== 'BlockStatement') return;
      pieces.push({ at: node.body.start + 1, text: passage(`${call};${now}`), closes: false });
    } else if (node.type === 'VariableDeclarator' && node.init && patternNames(node.id).includes(name)) {
      // An anonymous function takes its name from the variable only if nothing stands between them.
      if (isAnonymousFunction(node.init)) return;
      // What is taken apart is known behind the declaration.
      const [before, after] = node.id.type === 'Identifier' ? [`${WRITTEN}((`, `),${id})`] : ['(', ')'];
      pieces.push({ at: node.init.start, text: passage(`${before}${call},`), closes: false });
      pieces.push({ at: node.init.end, text: passage(after), closes: true, opened: node.init.start });
    } else if (isBody(node)) afterDeclarations(node.type === 'SwitchCase' ? node.consequent : node.body);
  });
  return pieces;
}

function isBody(node: AnyNode): node is Program | BlockStatement | StaticBlock | SwitchCase {
  return ['Program', 'BlockStatement', 'StaticBlock', 'SwitchCase'].includes(node.type);
}

function headSets({ left }: ForOfStatement | ForInStatement, name: string): boolean {
  const patterns = left.type === 'VariableDeclaration' ? left.declarations.map(({ id }) => id) : [left];
  return patterns.some((pattern) => patternNames(pattern).includes(name));
}

/** A number for each call of the function that declares the variable; what its caller passed is the first write. */
function callId(declared: Scope | undefined, name: string): { id: string; piece?: WritePiece } {
  const { node } = declared?.owner ?? {};
  if (!node || !('body' in node) || node.type === 'Program' || Array.isArray(node.body)) return { id: '0' };
  const body = node.body as AnyNode;
  if (body.type !== 'BlockStatement') return { id: '0' };
  let at = body.start + 1;
  for (const statement of body.body) {
    if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) break;
    at = statement.end;
  }
  const parameters = 'params' in node ? (node.params as AnyNode[]) : [];
  const isParameter = declared?.node === node && parameters.some((one) => patternNames(one).includes(name));
  const passed = isParameter ? `${WRITE}(${WRITE_ID},${JSON.stringify(name)});${WRITTEN}(0,${WRITE_ID},${name});` : '';
  // What a closure names is kept for all closures of the call: the question may be asked in one.
  const kept = `0&&(()=>${WRITE_ID});`;
  const text = passage(`;const ${WRITE_ID}=${WRITE}();${kept}${passed}`);
  return { id: WRITE_ID, piece: { at, text, closes: false } };
}

function setsName(node: AnyNode, name: string): boolean {
  if (node.type === 'AssignmentExpression') return patternNames(node.left).includes(name);
  return node.type === 'UpdateExpression' && node.argument.type === 'Identifier' && node.argument.name === name;
}

function isAnonymousFunction(node: AnyNode): boolean {
  if (node.type === 'ArrowFunctionExpression') return true;
  return (node.type === 'FunctionExpression' || node.type === 'ClassExpression') && !node.id;
}

/** Patterns and expressions that a node assigns to. */
function assigned(node: AnyNode): AnyNode[] {
  switch (node.type) {
    case 'AssignmentExpression':
      return [node.left];
    case 'UpdateExpression':
      return [node.argument];
    case 'ForInStatement':
    case 'ForOfStatement':
      return node.left.type === 'VariableDeclaration' ? [] : [node.left];
    default:
      return [];
  }
}

function patternTargets(pattern: AnyNode): AnyNode[] {
  switch (pattern.type) {
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) => patternTargets(one.type === 'Property' ? one.value : one.argument));
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? patternTargets(element) : []));
    case 'RestElement':
      return patternTargets(pattern.argument);
    case 'AssignmentPattern':
      return patternTargets(pattern.left);
    default:
      return [pattern];
  }
}

function mayDefine(property: AnyNode, key: string): boolean {
  if (property.type !== 'Property') return true;
  return property.computed || namesKey(property.key, key);
}

function namesKey(node: AnyNode, key: string): boolean {
  if (node.type === 'Identifier') return node.name === key;
  return node.type === 'Literal' && String(node.value) === key;
}

function visit(program: Program, see: (node: AnyNode) => void): void {
  const pending: AnyNode[] = [program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    // Names looked up inside `with` could be observed by its object.
    if (node.type === 'WithStatement') continue;
    see(node);
    pending.push(...childNodes(node));
  }
}
