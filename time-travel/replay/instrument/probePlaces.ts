import type { AnyNode, BlockStatement, Function as FunctionNode, Program, Statement } from 'acorn';
import { childNodes } from './scopes.ts';

/** What stands at a probe: a statement, the body of a loop or function that has none, or an arrow's expression. */
export type ProbeKind = 'statement' | 'block' | 'empty' | 'expression';

export interface ProbePlace {
  kind: ProbeKind;
  /** Offset in the original source; for `block` and `expression` also where the wrapped text ends. */
  start: number;
  end: number;
  /** Index into `functions`. */
  function: number;
  /** True for the probe that a function executes first and only once in each of its calls. */
  entry: boolean;
  /** Its call may be left here and resumed later: the statement holds an `await` or `yield` of its function. */
  suspends: boolean;
  /** The countdown is looked at here: the first probe of a loop's body, or of a function that calls others. */
  looks: boolean;
}

export interface FunctionRange {
  start: number;
  end: number;
  /** Where its parameters end, or its start where it has none. */
  head: number;
}

export interface Places {
  probes: ProbePlace[];
  functions: FunctionRange[];
}

/**
 * Finds every place for a probe: before each statement, in bodies without one, before an arrow's expression.
 * Nothing inside `with` is touched: names looked up there could be observed by the object.
 */
export function findProbePlaces(program: Program): Places {
  const probes: ProbePlace[] = [];
  const functions: FunctionRange[] = [{ start: program.start, end: program.end, head: program.start }];
  // An explicit stack: generated code nests deeper than the call stack allows.
  const pending: Pending[] = [{ node: program, function: 0, probe: undefined }];
  const entered = new Set<number>();
  const probeAt = new Map<number, ProbePlace>();
  const entries = new Map<number, ProbePlace>();
  /** Offsets of the probes with which bodies of loops begin. */
  const looped = new Set<number>();
  const looks = (owner: number) => {
    const entry = entries.get(owner);
    if (entry) entry.looks = true;
  };

  const add = (kind: ProbeKind, start: number, end: number, owner: number, entry: boolean) => {
    const probe: ProbePlace = { kind, start, end, function: owner, entry, suspends: false, looks: looped.has(start) };
    probes.push(probe);
    probeAt.set(start, probe);
    if (entry) entries.set(owner, probe);
  };
  const addStatements = (body: readonly AnyNode[], owner: number, isBody: boolean) => {
    for (const statement of body) {
      if (!takesProbe(statement)) continue;
      add('statement', statement.start, statement.start, owner, isBody && !entered.has(owner));
      if (isBody) entered.add(owner);
    }
  };
  const addBody = (body: AnyNode, owner: number, isLoop: boolean) => {
    const first = body.type === 'BlockStatement' ? body.body.find(takesProbe) : body;
    if (isLoop) looped.add(first?.start ?? body.start + 1);
    if (body.type !== 'BlockStatement') add('block', body.start, body.end, owner, false);
    else if (isLoop && !first) add('empty', body.start + 1, body.start + 1, owner, false);
  };
  const addFunction = (node: FunctionNode): number => {
    const owner = functions.push({ start: node.start, end: node.end, head: node.params.at(-1)?.end ?? node.start }) - 1;
    if (node.body.type !== 'BlockStatement') add('expression', node.body.start, node.body.end, owner, true);
    else if (!node.body.body.some(takesProbe)) {
      const start = afterDirectives(node.body);
      add('empty', start, start, owner, true);
    }
    return owner;
  };

  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node } = next;
    let owner = next.function;
    const probe = probeAt.get(node.start)?.function === owner ? probeAt.get(node.start) : next.probe;
    switch (node.type) {
      case 'WithStatement':
        continue;
      case 'AwaitExpression':
      case 'YieldExpression':
        if (probe) probe.suspends = true;
        break;
      case 'CallExpression':
      case 'NewExpression':
      case 'TaggedTemplateExpression':
        looks(owner);
        break;
      case 'Program':
        addStatements(node.body, owner, true);
        break;
      case 'StaticBlock':
        owner = functions.push({ start: node.start, end: node.end, head: node.start }) - 1;
        addStatements(node.body, owner, true);
        break;
      case 'SwitchCase':
        addStatements(node.consequent, owner, false);
        break;
      case 'BlockStatement':
        addStatements(node.body, owner, functions[owner]!.end === node.end && !entered.has(owner));
        break;
      case 'IfStatement':
        addBody(node.consequent, owner, false);
        if (node.alternate && node.alternate.type !== 'IfStatement') addBody(node.alternate, owner, false);
        break;
      case 'ForOfStatement':
        if (node.await && probe) probe.suspends = true;
        addBody(node.body, owner, true);
        break;
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
      case 'ForInStatement':
        addBody(node.body, owner, true);
        break;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        owner = addFunction(node);
        break;
    }
    // Last first, so that the stack gives them in source order.
    for (const child of childNodes(node).reverse())
      pending.push({ node: child, function: owner, probe: owner === next.function ? probe : undefined });
  }
  probes.sort((a, b) => a.start - b.start);
  return { probes, functions };
}

interface Pending {
  node: AnyNode;
  function: number;
  /** The probe that runs before this node. */
  probe: ProbePlace | undefined;
}

/** Declarations without an effect of their own run nothing, and nothing may stand before a directive. */
export function takesProbe(node: AnyNode): boolean {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'EmptyStatement':
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return false;
    case 'ExportNamedDeclaration':
      return node.declaration ? takesProbe(node.declaration) : false;
    case 'ExportDefaultDeclaration':
      return node.declaration.type !== 'FunctionDeclaration';
    case 'ExpressionStatement':
      return node.directive === undefined;
    default:
      return true;
  }
}

function afterDirectives(body: BlockStatement): number {
  let start = body.start + 1;
  for (const statement of body.body as Statement[]) {
    if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) break;
    start = statement.end;
  }
  return start;
}
