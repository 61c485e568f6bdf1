import { ts } from '../syntax/typescript.ts';

/** Types of whole functions: what each of their parameters is. */
const functionTypes: Readonly<Record<string, readonly string[]>> = {
  NextApiHandler: ['express.Request', 'express.Response'],
  ErrorRequestHandler: ['', 'express.Request', 'express.Response'],
  RequestListener: ['express.Request', 'express.Response'],
  'http.RequestListener': ['express.Request', 'express.Response'],
  GetServerSideProps: ['route context'],
  GetStaticProps: ['route context'],
  LoaderFunction: ['route context'],
  ActionFunction: ['route context'],
  PageServerLoad: ['route context'],
  PageLoad: ['route context'],
  LayoutServerLoad: ['route context'],
  Load: ['route context'],
  APIRoute: ['route context'],
  FastifyPluginAsync: ['express()'],
  FastifyPluginCallback: ['express()'],
  FastifyPluginAsyncTypebox: ['express()'],
  'Koa.Middleware': ['koa.Context'],
  APIGatewayProxyHandler: ['lambda.Event'],
  APIGatewayProxyHandlerV2: ['lambda.Event'],
};

/** What a parameter is by what its function is for: the type of the function, or the place where a framework looks for it. */
export function handlerRef(index: number, node: ts.ParameterDeclaration): string | undefined {
  return byFunctionType(index, node) ?? resolverArgument(index, node.parent) ?? byPlace(index, node);
}

function byFunctionType(index: number, { name, parent }: ts.ParameterDeclaration): string | undefined {
  const holder = parent.parent;
  const type = ts.isVariableDeclaration(holder) || ts.isSatisfiesExpression(holder) ? holder.type : undefined;
  const text = type?.getText().replace(/<[\s\S]*/, '');
  if (text === undefined) return undefined;
  // SvelteKit's type has the name of Express's, and one parameter.
  if (/^(express\.)?RequestHandler$/.test(text)) {
    const one = parent.parameters.length === 1 && (ts.isObjectBindingPattern(name) || name.getText() === 'event');
    return (one ? ['route context'] : ['express.Request', 'express.Response'])[index];
  }
  return Object.hasOwn(functionTypes, text) ? functionTypes[text]![index] || undefined : undefined;
}

/** `Query: { user(parent, args) {} }`, `{ type, resolve(parent, args) {} }`: what a GraphQL query hands to its resolver. */
function resolverArgument(index: number, fn: ts.Node): string | undefined {
  if (index !== 1) return undefined;
  const member = ts.isMethodDeclaration(fn) ? fn : ts.isPropertyAssignment(fn.parent) ? fn.parent : undefined;
  const table = member?.parent;
  if (!member || !table || !ts.isObjectLiteralExpression(table)) return undefined;
  if (member.name.getText() === 'resolve' && table.properties.some((each) => each.name?.getText() === 'type'))
    return 'graphql arguments';
  const holder = table.parent;
  const named = ts.isPropertyAssignment(holder) || ts.isVariableDeclaration(holder) ? holder.name.getText() : '';
  return /^(Query|Mutation|Subscription)$/.test(named) ? 'graphql arguments' : undefined;
}

const verbs = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ALL)$/;

/** Files and names by which frameworks of routes and pages find a function. */
function byPlace(index: number, node: ts.ParameterDeclaration): string | undefined {
  const exported = exportedName(node.parent);
  const file = node.getSourceFile();
  if (exported === undefined) return hasDirective(node.parent, 'use server') ? 'request data' : undefined;
  const name = file.fileName.slice(file.fileName.lastIndexOf('/') + 1);
  if (/^route\.[cm]?[jt]sx?$/.test(name) && verbs.test(exported)) return ['web.Request', 'route context'][index];
  if (
    /^\+(server|page|layout)(\.server)?\.[jt]s$/.test(name) &&
    (verbs.test(exported) || /^(load|actions)$/.test(exported))
  )
    return index === 0 ? 'route context' : undefined;
  if (/^page\.[jt]sx?$/.test(name) && exported === 'default') return index === 0 ? 'route context' : undefined;
  if (/^(getServerSideProps|getInitialProps)$/.test(exported)) return index === 0 ? 'route context' : undefined;
  if (/^(loader|action)$/.test(exported) && /\brequest\b|\bparams\b/.test(node.name.getText()))
    return index === 0 ? 'route context' : undefined;
  return hasDirective(file, 'use server') || hasDirective(node.parent, 'use server') ? 'request data' : undefined;
}

/** The name under which a function is exported, by itself or as a property of an exported object: `actions.default`. */
function exportedName(fn: ts.Node): string | undefined {
  const table =
    fn.parent && ts.isPropertyAssignment(fn.parent)
      ? fn.parent.parent
      : ts.isMethodDeclaration(fn)
        ? fn.parent
        : undefined;
  if (table && ts.isObjectLiteralExpression(table)) return exportedName(table);
  const declared = ts.isFunctionDeclaration(fn) ? fn : variableOf(fn)?.parent.parent;
  if (!declared || !ts.canHaveModifiers(declared)) return undefined;
  const modifiers = ts.getModifiers(declared) ?? [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return undefined;
  if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) return 'default';
  return ts.isFunctionDeclaration(fn) ? fn.name?.text : variableOf(fn)?.name.getText();
}

function variableOf(fn: ts.Node): ts.VariableDeclaration | undefined {
  let at = fn.parent;
  while (at && (ts.isParenthesizedExpression(at) || ts.isSatisfiesExpression(at))) at = at.parent;
  return at && ts.isVariableDeclaration(at) ? at : undefined;
}

/** `'use server';` at the top of a file or function: its functions are called from the page. */
function hasDirective(node: ts.Node, text: string): boolean {
  const body = ts.isSourceFile(node) ? node : ts.isFunctionLike(node) && 'body' in node ? node.body : undefined;
  const first = body && 'statements' in body ? body.statements[0] : undefined;
  return (
    first !== undefined &&
    ts.isExpressionStatement(first) &&
    ts.isStringLiteral(first.expression) &&
    first.expression.text === text
  );
}
