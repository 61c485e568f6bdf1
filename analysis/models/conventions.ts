import { ts } from '../syntax/typescript.ts';
import { handlerRef } from './handlerConventions.ts';

/** Declared types whose name alone says what the value is. */
const types: Record<string, string> = {
  Request: 'express.Request',
  'express.Request': 'express.Request',
  'e.Request': 'express.Request',
  Req: 'express.Request',
  IncomingMessage: 'express.Request',
  'http.IncomingMessage': 'express.Request',
  NextApiRequest: 'express.Request',
  NextRequest: 'web.Request',
  FastifyRequest: 'express.Request',
  VercelRequest: 'express.Request',
  Response: 'express.Response',
  'express.Response': 'express.Response',
  ServerResponse: 'express.Response',
  'http.ServerResponse': 'express.Response',
  NextApiResponse: 'express.Response',
  FastifyReply: 'fastify.Reply',
  'Koa.Context': 'koa.Context',
  ParameterizedContext: 'koa.Context',
  FastifyInstance: 'express()',
  Express: 'express()',
  'express.Express': 'express()',
  'express.Application': 'express()',
  LoaderFunctionArgs: 'route context',
  ActionFunctionArgs: 'route context',
  LoaderArgs: 'route context',
  ActionArgs: 'route context',
  GetServerSidePropsContext: 'route context',
  NextPageContext: 'route context',
  RequestEvent: 'route context',
  APIContext: 'route context',
  APIGatewayProxyEvent: 'lambda.Event',
  APIGatewayEvent: 'lambda.Event',
  DomSanitizer: 'angular.DomSanitizer',
  ElementRef: 'angular.ElementRef',
};

/** Decorators of NestJS, routing-controllers, type-graphql, tsoa and others that hand over a part of the request. */
const requestDecorators =
  /^(Body|BodyParams?|BodyProp|RawBody|Query|QueryParams?|Queries|Params?|PathParams?|Path|Headers?|HeaderParams?|HostParam|Cookies|CookieParams?|UploadedFiles?|FormField|Args?|Arg|Payload|MessageBody|requestBody|param(\.\w+)+)$/;
/** Pipes that let nothing through but numbers, truth values and the like. */
const narrowPipes = /\bParse(Int|Float|Bool|UUID|Enum|Date)Pipe\b/;

const responses = /^_?(res|resp|response|reply|rsp|rep|h|toolkit)$/;

/** Frameworks that call it `reply` send text as plain text and anything else as JSON, unless told otherwise. */
export function responseRef(name: string): string {
  return name === 'reply' ? 'fastify.Reply' : 'express.Response';
}

/** What a declared type says of a variable or parameter. */
export function typeRef(type: ts.TypeNode | undefined): string | undefined {
  const name = type?.getText().replace(/<[\s\S]*/, '');
  return name !== undefined && Object.hasOwn(types, name) ? types[name] : undefined;
}

/** A function that a cloud service calls with an event: `exports.handler = async (event) => ...`. */
function isCloudHandler(node: ts.Node): boolean {
  const parent = node.parent;
  if (ts.isBinaryExpression(parent)) return /^(module\.)?exports\.(lambda_?)?[hH]andler$/.test(parent.left.getText());
  const named = ts.isVariableDeclaration(parent) ? parent : ts.isFunctionDeclaration(node) ? node : undefined;
  if (named?.name?.getText() !== 'handler') return false;
  const statement = ts.isVariableDeclaration(parent) ? parent.parent.parent : node;
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false)
  );
}

/** What a parameter is by its declared type, a decorator, or the names that handlers have by convention. */
export function conventionalRef(
  names: readonly string[],
  index: number,
  node: ts.ParameterDeclaration,
): string | undefined {
  const declared = typeRef(node.type);
  if (declared) return declared;
  for (const decorator of ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : []) {
    const call = ts.isCallExpression(decorator.expression) ? decorator.expression.expression : decorator.expression;
    const name = call.getText();
    if (requestDecorators.test(name)) return narrowPipes.test(decorator.getText()) ? undefined : 'request data';
    if (name === 'Req' || name === 'Request') return 'express.Request';
    if (name === 'Res' || name === 'Response') return 'express.Response';
  }
  const placed = handlerRef(index, node);
  if (placed) return placed;
  const name = names[index] ?? '';
  const next = names[index + 1] ?? '';
  const previous = names[index - 1] ?? '';
  if (/^_?(req|request)$/.test(name) && (responses.test(next) || name.endsWith('req'))) return 'express.Request';
  if (responses.test(name) && /^_?(req|request)$/.test(previous)) return responseRef(name);
  if (/^(res)$/.test(name) && index > 0) return 'express.Response';
  if (name === 'ctx' && (next === 'next' || names.length === 1)) return 'koa.Context';
  if (index === 0 && isCloudHandler(node.parent)) return 'request data';
  if (name === 'event' && next === 'context') return 'lambda.Event';
  return undefined;
}

const external = new Set([
  'express.Request',
  'express.Response',
  'fastify.Reply',
  'koa.Context',
  'web.Request',
  'route context',
  'graphql arguments',
  'h3.Event',
  'express()',
  'lambda.Event',
  'request data',
  'http.Stream',
  'socket.Socket',
]);

/** Values of these types come from outside, whoever calls: a parameter of such a type is no parameter of a library. */
export function isExternalType(ref: string): boolean {
  return external.has(ref);
}
