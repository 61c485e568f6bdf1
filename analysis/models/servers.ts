import type { CallbackRow, Model, SourceRow } from './model.ts';

const hapiHandler = ['express.Request', ''];
const hapiHandlers = ['handler', 'options.handler', 'config.handler', 'options.pre.*.method', 'options.pre.*'] as const;

const called = (ref: string): SourceRow => ({ ref, kind: 'request', call: true });
const part = (ref: string): SourceRow => ({ ref, kind: 'request' });

/** Servers beside Express: their hooks, plugins and request objects, routes of full-stack frameworks, GraphQL, tRPC. */
export const serverModel: Model = {
  name: 'server frameworks',
  aliases: {
    'fastify.fastify()': 'express()',
    'fastify.Fastify()': 'express()',
    '@feathersjs/express()': 'express()',
    'restana()': 'express()',
    'tinyhttp.App()': 'express()',
    '@tinyhttp/app.App()': 'express()',
    'hyper-express.Server()': 'express()',
    'find-my-way()': 'express()',
    'itty-router.Router()': 'itty router',
    'itty-router.AutoRouter()': 'itty router',
    'hapi.Server': 'hapi.Server',
    'route context.request': 'web.Request',
    'route context.req': 'express.Request',
    'route context.res': 'express.Response',
    'web.Request.clone()': 'web.Request',
    'h3.Event.node.req': 'express.Request',
    'h3.Event.req': 'express.Request',
    'h3.Event.node.res': 'express.Response',
    'h3.defineEventHandler': 'defineEventHandler',
    'h3.eventHandler': 'defineEventHandler',
    'nitropack/runtime.defineEventHandler': 'defineEventHandler',
    eventHandler: 'defineEventHandler',
    defineCachedEventHandler: 'defineEventHandler',
    'express-graphql.graphqlHTTP': 'graphqlHTTP',
    'express-graphql': 'graphqlHTTP',
    'graphql-http.createHandler': 'graphqlHTTP',
    'graphql-http/lib/use/express.createHandler': 'graphqlHTTP',
    'graphql-http/lib/use/http.createHandler': 'graphqlHTTP',
    'graphqlHTTP.graphqlHTTP': 'graphqlHTTP',
    'graphql.graphql': 'graphqlHTTP',
    mercurius: 'graphqlHTTP',
    'koa.Context.request.body': 'koa.Context.body',
    'hapi server.decoder': 'hapi server',
  },
  sources: [
    ...['json', 'text', 'formData', 'arrayBuffer', 'blob'].flatMap((name) => [
      called(`express.Request.${name}`),
      called(`web.Request.${name}`),
    ]),
    ...['params', 'query', 'url', 'searchParams', 'cookies', 'body', 'headers', 'asPath'].map((name) =>
      part(`route context.${name}`),
    ),
    called('route context.cookies.get'),
    ...['getQuery', 'readBody', 'readRawBody', 'readFormData', 'readMultipartFormData', 'readValidatedBody'].flatMap(
      (name) => [called(name), called(`h3.${name}`)],
    ),
    ...['getRouterParam', 'getRouterParams', 'getHeader', 'getRequestHeader', 'getRequestHeaders', 'getCookie'].flatMap(
      (name) => [called(name), called(`h3.${name}`)],
    ),
    ...['getRequestURL', 'getRequestPath', 'parseCookies', 'getRequestIP'].map((name) => called(`h3.${name}`)),
    part('h3.Event.path'),
    part('h3.Event.context.params'),
    part('trpc.Options.input'),
    part('trpc.Options.rawInput'),
    ...['query', 'params', 'body', 'headers', 'url'].map((name) => part(`uws.${name}`)),
    called('next/headers.headers().get'),
    called('next/headers.cookies().get'),
    part('elysia.Context.query'),
    ...['query', 'params', 'body', 'headers', 'cookie', 'path'].map((name) => part(`elysia.Context.${name}`)),
  ],
  callbacks: [
    { ref: 'express().addHook', arg: 1, parameters: ['express.Request', 'fastify.Reply', ''] },
    { ref: 'express().register', arg: 0, parameters: ['express()', '', ''] },
    { ref: 'express().after', arg: 0, parameters: ['', 'express()'] },
    { ref: 'express().setErrorHandler', arg: 0, parameters: ['', 'express.Request', 'fastify.Reply'] },
    { ref: 'express().setNotFoundHandler', arg: 0, parameters: ['express.Request', 'fastify.Reply'] },
    // Options of a Fastify route: its handler and hooks.
    ...['get', 'post', 'put', 'patch', 'delete', 'all', 'route'].map(
      (verb): CallbackRow => ({
        ref: `express().${verb}`,
        arg: verb === 'route' ? '0.*' : '1.*',
        parameters: ['express.Request', 'fastify.Reply', ''],
      }),
    ),
    ...['get', 'post', 'put', 'patch', 'delete', 'all'].map(
      (verb): CallbackRow => ({ ref: `itty router.${verb}`, arg: 'any', parameters: ['express.Request'] }),
    ),
    ...hapiHandlers.flatMap((name): CallbackRow[] => [
      { ref: 'hapi server.route', arg: `0.${name}`, parameters: hapiHandler },
      { ref: 'hapi server.route', arg: `0.*.${name}`, parameters: hapiHandler },
    ]),
    { ref: 'hapi server.ext', arg: 1, parameters: hapiHandler },
    { ref: 'hapi server.ext', arg: '0.method', parameters: hapiHandler },
    ...['defineEventHandler', 'lazyEventHandler'].map(
      (ref): CallbackRow => ({ ref, arg: 0, parameters: ['h3.Event'] }),
    ),
    { ref: 'defineEventHandler', arg: '0.handler', parameters: ['h3.Event'] },
    { ref: 'graphqlHTTP', arg: '0.rootValue.*', parameters: ['graphql arguments', ''] },
    { ref: 'graphqlHTTP', arg: '0.resolvers.*.*', parameters: ['', 'graphql arguments', ''] },
    ...['0.resolvers.*.*.*', '0.resolvers.*.*.resolve', '0.resolvers.*.*.subscribe'].map(
      (arg): CallbackRow => ({
        ref: '@apollo/server.ApolloServer',
        arg: arg as '0.resolvers',
        parameters: ['', 'graphql arguments', ''],
      }),
    ),
    ...['query', 'mutation', 'subscription'].map(
      (name): CallbackRow => ({ ref: `*.${name}`, arg: 0, parameters: ['trpc.Options'] }),
    ),
    ...['get', 'post', 'put', 'patch', 'delete', 'all'].map(
      (verb): CallbackRow => ({ ref: `elysia.Elysia().${verb}`, arg: 1, parameters: ['elysia.Context'] }),
    ),
  ],
};
