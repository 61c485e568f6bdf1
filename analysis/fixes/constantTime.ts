import type { ModuleUnit } from '../flow/machine.ts';
import type { Fix } from '../report/finding.ts';
import type { ts } from '../syntax/typescript.ts';
import { moduleName } from './imports.ts';

/**
 * Compares digests of both sides in constant time: digests are equally long whatever the texts are, which
 * `timingSafeEqual` asks for, and tell nothing of how long the secret is.
 */
export function constantTime(node: ts.BinaryExpression, unit: ModuleUnit): Fix[] {
  const crypto = moduleName('crypto', unit.tree.root, unit.bindings);
  if (!crypto) return [];
  const digest = (side: ts.Expression): string =>
    `${crypto.name}.createHash('sha256').update(String(${side.getText()})).digest()`;
  const text = `${crypto.name}.timingSafeEqual(${digest(node.left)}, ${digest(node.right)})`;
  const path = unit.tree.root.fileName;
  const edits = [...crypto.edits, { path, from: node.getStart(), to: node.getEnd(), text }];
  return [{ title: 'Compare in constant time', edits }];
}
