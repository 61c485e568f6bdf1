import { type ModuleDeclaration, type Pattern, type Program, parse, type Statement } from 'acorn';
import MagicString from 'magic-string';

type Item = Statement | ModuleDeclaration;

/**
 * Prepares an ES module for replacement while it runs: its exported bindings become assignable (`const` turns into `let` at the
 * same width, a default expression gets a name), and its last line hands the runtime a way to read and set each of them. Importers
 * keep their link and see what is set, so nothing of them runs again. Gives the source as it is when it cannot be parsed.
 */
export function withLiveExports(source: string, url: string): string {
  let program: Program;
  try {
    program = parse(source, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch {
    // V8 compiles it next and says what is wrong with its own position.
    return source;
  }
  const output = new MagicString(source);
  const exported = collectExports(program.body, output);
  const locals = new Set(exported.values());
  for (const item of program.body) loosen(item, locals, output);
  const doors = [...exported].map(
    ([name, local]) => `${JSON.stringify(name)}: [() => ${local}, (__apexNext) => { ${local} = __apexNext; }]`,
  );
  output.append(`\n;__apexModule(${JSON.stringify(url)}, { ${doors.join(', ')} });`);
  return output.toString();
}

/** Exported name to local binding; what is exported from another module follows that module. */
function collectExports(body: readonly Item[], output: MagicString): Map<string, string> {
  const exported = new Map<string, string>();
  const imported = importedNames(body);
  for (const item of body) {
    if (item.type === 'ExportDefaultDeclaration') exported.set('default', nameDefault(item, output));
    if (item.type !== 'ExportNamedDeclaration' || item.source) continue;
    for (const name of declaredNames(item.declaration ?? undefined)) exported.set(name, name);
    for (const { local, exported: outside } of item.specifiers) {
      if (local.type !== 'Identifier' || imported.has(local.name)) continue;
      exported.set(outside.type === 'Identifier' ? outside.name : String(outside.value), local.name);
    }
  }
  return exported;
}

type DefaultExport = Extract<ModuleDeclaration, { type: 'ExportDefaultDeclaration' }>;

/** The binding behind a default export; an expression gets one, and keeps `default` as the name of its function or class. */
function nameDefault({ declaration, start, end }: DefaultExport, output: MagicString): string {
  const isNamed = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration';
  if (isNamed && declaration.id) return declaration.id.name;
  output.overwrite(start, declaration.start, "let __apexDefault = ({ 'default': ");
  output.appendLeft(declaration.end, " })['default'];");
  if (declaration.end < end) output.remove(declaration.end, end);
  output.appendLeft(end, ' export { __apexDefault as default };');
  return '__apexDefault';
}

/** `const` of an exported binding becomes `let`, at the same width so that columns stay. */
function loosen(item: Item, locals: ReadonlySet<string>, output: MagicString): void {
  const declaration = item.type === 'ExportNamedDeclaration' ? item.declaration : item;
  if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') return;
  if (!declaredNames(declaration).some((name) => locals.has(name))) return;
  output.overwrite(declaration.start, declaration.start + 'const'.length, 'let  ');
}

function importedNames(body: readonly Item[]): Set<string> {
  return new Set(
    body.flatMap((item) => (item.type === 'ImportDeclaration' ? item.specifiers.map(({ local }) => local.name) : [])),
  );
}

function declaredNames(declaration: Item | undefined): string[] {
  if (declaration?.type === 'VariableDeclaration') return declaration.declarations.flatMap(({ id }) => namesIn(id));
  if (declaration?.type === 'FunctionDeclaration' || declaration?.type === 'ClassDeclaration') {
    return declaration.id ? [declaration.id.name] : [];
  }
  return [];
}

/** Every name that a pattern binds. */
function namesIn(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []));
    case 'RestElement':
      return namesIn(pattern.argument);
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    default:
      return [];
  }
}
