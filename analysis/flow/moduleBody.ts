import { resolveBindings } from '../scopes/bindings.ts';
import { markupExtension } from '../syntax/embedded.ts';
import type { SyntaxTree } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { noTaints } from '../values/taint.ts';
import { join, newObject, objectValue, refValue, unknown, type Value } from '../values/value.ts';
import { bindGiven, exportComponent, isOutput } from './components.ts';
import { Environment } from './environment.ts';
import { channel, newFunction, parameterTaint } from './functionInfo.ts';
import type { Machine, ModuleUnit } from './machine.ts';
import { blockSteps } from './statements.ts';
import { asTemplate } from './templates.ts';

export function newUnit(tree: SyntaxTree): ModuleUnit {
  const exports = newObject('exports');
  return {
    path: tree.path,
    tree,
    bindings: resolveBindings(tree.root),
    exports,
    exported: objectValue(exports),
    functions: [],
    classes: new Map(),
    functionByNode: new Map(),
    shared: new Map(),
    reached: new Set(),
    hitElsewhere: new Set(),
    state: 'new',
  };
}

/** Modules that a file names in its top-level statements: they run before it. */
export function staticImports(unit: ModuleUnit): string[] {
  const found: string[] = [];
  const literal = (node: ts.Node | undefined): void => {
    if (node && ts.isStringLiteral(node)) found.push(node.text);
  };
  for (const statement of unit.tree.root.statements) {
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) literal(statement.moduleSpecifier);
    if (!ts.isVariableStatement(statement)) continue;
    for (const { initializer } of statement.declarationList.declarations) {
      if (initializer && ts.isCallExpression(initializer) && ts.isIdentifier(initializer.expression)) {
        if (initializer.expression.text === 'require') literal(initializer.arguments[0]);
      }
    }
  }
  return found;
}

/** Runs a file: imports, top-level statements, exports. Pauses between statements. */
export function* moduleSteps(machine: Machine, unit: ModuleUnit): Generator<void, void, void> {
  if (unit.state !== 'new') return;
  unit.state = 'running';
  const top = new Environment(undefined, true);
  const body = newFunction(unit.tree.root, top, unit, objectValue(unit.exports));
  if (/\.(vue|svelte)$/i.test(unit.path)) unit.props = channel(unit.path.slice(unit.path.lastIndexOf('/') + 1), unit);
  if (unit.tree.outputs) {
    const locals = { taints: [parameterTaint(body, 0, unit.tree.root, 'of the template')] };
    asTemplate(unit, body, unit.tree.outputs, locals);
    unit.state = 'done';
    return;
  }
  for (const statement of unit.tree.root.statements) {
    if (ts.isImportDeclaration(statement)) bindImports(machine, unit, statement, top);
    else if (ts.isImportEqualsDeclaration(statement)) bindImportEquals(machine, unit, statement, top);
  }
  body.state = 'running';
  const frame = { fn: body, unit, jumps: [], returned: [] };
  const { statements } = unit.tree.root;
  const shown = markupExtension.test(unit.path) ? statements.filter(isOutput) : [];
  yield* blockSteps(machine, shown.length > 0 ? statements.filter((each) => !isOutput(each)) : statements, top, frame);
  body.state = 'done';
  for (const statement of statements) bindExports(machine, unit, statement, top);
  exportComponent(unit);
  bindGiven(machine, unit, top, frame);
  // What its functions do comes before what it shows.
  if (shown.length > 0) for (const fn of [...unit.functions]) if (fn !== body) machine.summarize(fn);
  // What a component's markup shows is what its script made, wherever the script stands.
  for (const statement of shown) machine.execute(statement, top, frame);
  unit.state = 'done';
}

function bindImports(machine: Machine, unit: ModuleUnit, node: ts.ImportDeclaration, top: Environment): void {
  const clause = node.importClause;
  if (!ts.isStringLiteral(node.moduleSpecifier)) return;
  const module = machine.importModule(node.moduleSpecifier.text, unit);
  if (!clause) return;
  const set = (name: ts.Identifier, value: Value): void => {
    const binding = unit.bindings.of(name);
    if (binding) top.set(String(binding.id), value);
  };
  if (clause.name) set(clause.name, importedName(machine, module, 'default'));
  const named = clause.namedBindings;
  if (named && ts.isNamespaceImport(named)) set(named.name, module);
  else if (named) {
    for (const element of named.elements) {
      set(element.name, importedName(machine, module, (element.propertyName ?? element.name).text));
    }
  }
}

function bindImportEquals(
  machine: Machine,
  unit: ModuleUnit,
  node: ts.ImportEqualsDeclaration,
  top: Environment,
): void {
  const reference = node.moduleReference;
  if (!ts.isExternalModuleReference(reference) || !ts.isStringLiteral(reference.expression)) return;
  const binding = unit.bindings.of(node.name);
  if (binding) top.set(String(binding.id), machine.importModule(reference.expression.text, unit));
}

/** One name of a module; `default` of a CommonJS module is the module. */
function importedName(machine: Machine, module: Value, name: string): Value {
  const own = module.object?.properties.get(name);
  let value = own ?? unknown;
  if (!own && name === 'default') return module;
  if (module.refs)
    value = join(value, refValue(...module.refs.map((ref) => machine.models.canonical(`${ref}.${name}`))));
  if (!own && module.object) value = join(value, module.object.rest);
  return value;
}

function bindExports(machine: Machine, unit: ModuleUnit, statement: ts.Statement, top: Environment): void {
  const put = (name: string, value: Value): void => {
    unit.exports.properties.set(name, value);
  };
  const exportBinding = (name: ts.Node, as: string): void => {
    const binding = unit.bindings.of(name);
    const value = binding && top.get(String(binding.id));
    if (value) put(as, value);
  };
  if (ts.isExportDeclaration(statement)) {
    const from = statement.moduleSpecifier;
    const module = from && ts.isStringLiteral(from) ? machine.importModule(from.text, unit) : undefined;
    const clause = statement.exportClause;
    if (!clause) {
      for (const [name, value] of module?.object?.properties ?? []) if (name !== 'default') put(name, value);
    } else if (ts.isNamespaceExport(clause)) {
      if (module) put(clause.name.text, module);
    } else {
      for (const element of clause.elements) {
        const local = element.propertyName ?? element.name;
        if (module) put(element.name.text, importedName(machine, module, local.text));
        else exportBinding(local, element.name.text);
      }
    }
    return;
  }
  if (ts.isExportAssignment(statement)) {
    const frame = { fn: unit.functions[0]!, unit, jumps: [], returned: [] };
    const value = machine.evaluate(statement.expression, top, frame);
    if (statement.isExportEquals) unit.exported = value;
    else put('default', value);
    return;
  }
  if (!isExported(statement)) return;
  if (ts.isVariableStatement(statement)) {
    for (const declaration of statement.declarationList.declarations) exportPattern(declaration.name, exportBinding);
  } else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.modifiers) {
    const isDefault = statement.modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);
    if (statement.name) exportBinding(statement.name, isDefault ? 'default' : statement.name.text);
    else if (ts.isFunctionDeclaration(statement)) {
      put('default', { taints: noTaints, functions: [machine.functionFor(statement, top, unit)] });
    }
  }
}

function exportPattern(name: ts.BindingName, exportBinding: (name: ts.Node, as: string) => void): void {
  if (ts.isIdentifier(name)) exportBinding(name, name.text);
  else
    for (const element of name.elements) if (ts.isBindingElement(element)) exportPattern(element.name, exportBinding);
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
