import { ts } from '../syntax/typescript.ts';

/** Names of the things a node's value goes into: variable, property, assigned member, function; nearest first. */
export function receivingNames(node: ts.Node): string[] {
  const names: string[] = [];
  for (let at: ts.Node = node; at.parent && names.length < 4; at = at.parent) {
    const parent = at.parent;
    if (ts.isVariableDeclaration(parent) && parent.initializer === at) names.push(parent.name.getText());
    else if (ts.isPropertyAssignment(parent) && parent.initializer === at) names.push(parent.name.getText());
    else if (ts.isPropertyDeclaration(parent) && parent.initializer === at) names.push(parent.name.getText());
    else if (
      ts.isBinaryExpression(parent) &&
      parent.right === at &&
      parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ) {
      names.push(parent.left.getText());
    } else if (ts.isFunctionLike(parent)) {
      const name = parent.name?.getText();
      if (name) return [...names, name];
    }
  }
  return names;
}

/** Words of a name: `resetToken`, `reset_token` and `RESET-TOKEN` give `reset token`. */
export function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .toLowerCase()
    .trim();
}
