import { type AnyNode, type Identifier, type Program, parse } from 'acorn';
import { childNodes, findScopes } from '../instrument/scopes.ts';
import { findVariables } from './identifiers.ts';
import type { GeneratedName } from './scriptNames.ts';

/**
 * An expression with other names for what it does not declare itself. What is no JavaScript stays as it is: whoever
 * evaluates it says what is wrong.
 */
export function renameExpression(expression: string, rename: (name: string) => GeneratedName | undefined): string {
  let program: Program;
  try {
    // In parentheses an object is no block.
    program = parse(`(${expression}\n)`, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowAwaitOutsideFunction: true,
    });
  } catch {
    return expression;
  }
  const free = findVariables(program, findScopes(program)).filter(({ scope }) => scope === undefined);
  const shorthands = shorthandKeys(program);
  let text = expression;
  for (const { node, parent } of free.sort((a, b) => b.node.start - a.node.start)) {
    const generated = rename(node.name);
    if (!generated || generated.text === node.name) continue;
    text = text.slice(0, node.start - 1) + inPlace(generated, node, parent, shorthands) + text.slice(node.end - 1);
  }
  return text;
}

function inPlace(
  { text, isMember }: GeneratedName,
  node: Identifier,
  parent: AnyNode,
  shorthands: ReadonlySet<number>,
): string {
  if (shorthands.has(node.start)) return `${node.name}: ${text}`;
  const isCall = parent.type === 'CallExpression' || parent.type === 'TaggedTemplateExpression';
  return isMember && isCall && parent.start === node.start ? `(0, ${text})` : text;
}

/** Where the key of a property is also its value, or its target. */
function shorthandKeys(program: Program): Set<number> {
  const found = new Set<number>();
  const pending: AnyNode[] = [program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'Property' && node.shorthand) found.add(node.start);
    pending.push(...childNodes(node));
  }
  return found;
}
