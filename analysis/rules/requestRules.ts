import type { Rule } from './rule.ts';

const wrap = (body: string, head = ''): string =>
  `${head}require('express')().get('/', async (req, res) => {\n${body}});\n`;

export const serverSideRequestForgery: Rule = {
  id: 'server-side-request-forgery',
  title: 'Untrusted address is asked by the server',
  cwe: [918],
  owasp: 'A10:2021 Server-Side Request Forgery',
  severity: 'high',
  confidence: 'high',
  kind: 'ssrf',
  sources: ['request', 'message'],
  explanation:
    'Who chooses the address a server asks can reach what only the server can: metadata services, databases, admin pages ' +
    'of the inner network. Take the host from a list of your own.',
  wrong: wrap('  const answer = await fetch(req.query.url);\n  res.json({ status: answer.status });\n'),
  right: wrap(
    "  const answer = await fetch('https://api.example.com/items/' + encodeURIComponent(req.query.id));\n  res.json({ status: answer.status });\n",
  ),
};

export const nosqlInjection: Rule = {
  id: 'nosql-injection',
  title: 'Untrusted object in a database query',
  cwe: [943, 89],
  owasp: 'A03:2021 Injection',
  severity: 'high',
  confidence: 'medium',
  kind: 'nosql',
  sources: ['request', 'message'],
  explanation:
    'A body or query string can hold objects such as {"$ne": null}, which a document database reads as operators: a login ' +
    'then matches any password. Make text of it first (String(value)), or check it against a schema.',
  wrong: wrap(
    '  res.json(await users.findOne({ name: req.body.name, password: req.body.password }));\n',
    "const users = require('./users');\n",
  ),
  right: wrap(
    '  res.json(await users.findOne({ name: String(req.body.name) }));\n',
    "const users = require('./users');\n",
  ),
};

export const unsafeDeserialization: Rule = {
  id: 'unsafe-deserialization',
  title: 'Untrusted data is deserialised',
  cwe: [502],
  owasp: 'A08:2021 Software and Data Integrity Failures',
  severity: 'high',
  confidence: 'medium',
  kind: 'deserialize',
  sources: ['request', 'message'],
  explanation:
    'Formats that can hold functions or types of the program run code when they are read. Exchange plain JSON and check its shape.',
  wrong: wrap(
    '  const basket = serialize.unserialize(req.cookies.basket);\n  res.json(basket.length);\n',
    "const serialize = require('node-serialize');\n",
  ),
  right: wrap('  const basket = JSON.parse(req.cookies.basket);\n  res.json(basket.length);\n'),
};

export const xmlExternalEntities: Rule = {
  id: 'xml-external-entities',
  title: 'Untrusted XML is read',
  cwe: [611, 776, 827],
  owasp: 'A05:2021 Security Misconfiguration',
  severity: 'medium',
  confidence: 'medium',
  kind: 'xml',
  sources: ['request', 'message'],
  explanation:
    'XML from outside can name files and addresses as entities, and entities that grow a thousandfold. Turn entities off ' +
    '(noent: false), limit the size, or take JSON.',
  wrong: wrap(
    '  const order = libxmljs.parseXml(req.body, { noent: true });\n  res.json(order.errors);\n',
    "const libxmljs = require('libxmljs');\n",
  ),
  right: wrap('  const order = JSON.parse(req.body);\n  res.json(order.errors);\n'),
};

export const regexInjection: Rule = {
  id: 'regex-injection',
  title: 'Untrusted text becomes a regular expression',
  cwe: [1333, 185, 400],
  owasp: 'A03:2021 Injection',
  severity: 'medium',
  confidence: 'medium',
  kind: 'pattern',
  sources: ['request', 'message'],
  explanation:
    'Who writes the pattern can write one that takes for ever. Escape the text, or compare it with includes().',
  wrong: wrap(
    '  res.json(names.filter((name) => new RegExp(req.query.name).test(name)));\n',
    "const names = ['Ada', 'Grace'];\n",
  ),
  right: wrap(
    '  res.json(names.filter((name) => name.includes(req.query.name)));\n',
    "const names = ['Ada', 'Grace'];\n",
  ),
};

export const dynamicRequire: Rule = {
  id: 'dynamic-require',
  title: 'Untrusted text names the module to load',
  cwe: [706, 98, 470, 95],
  owasp: 'A03:2021 Injection',
  severity: 'high',
  confidence: 'high',
  kind: 'module',
  sources: ['request', 'message'],
  explanation: 'Loading a module runs it. Choose from a table of modules instead of building its name.',
  wrong: wrap("  const handler = require('./handlers/' + req.query.name);\n  res.json(handler());\n"),
  right: wrap(
    '  const handler = handlers.get(req.query.name);\n  res.json(handler ? handler() : null);\n',
    "const handlers = new Map([['list', require('./handlers/list')]]);\n",
  ),
};

export const headerInjection: Rule = {
  id: 'header-injection',
  title: 'Untrusted text in a response header',
  cwe: [644, 113, 346, 1021],
  owasp: 'A03:2021 Injection',
  severity: 'low',
  confidence: 'medium',
  kind: 'header',
  sources: ['request', 'message'],
  explanation:
    'Headers steer browsers and caches: who writes them can allow other origins, set cookies or poison a cache. Use values of your own.',
  wrong: wrap("  res.setHeader('Cache-Control', req.query.cache);\n  res.json([]);\n"),
  right: wrap("  res.setHeader('Cache-Control', 'no-store');\n  res.json([]);\n"),
};

export const xpathInjection: Rule = {
  id: 'xpath-injection',
  title: 'Untrusted text in an XPath expression',
  cwe: [643],
  owasp: 'A03:2021 Injection',
  severity: 'medium',
  confidence: 'high',
  kind: 'xpath',
  sources: ['request', 'message'],
  explanation:
    'A quote in the text ends the literal and changes what is selected. Pass it as a variable of the expression.',
  wrong: wrap(
    '  res.json(xpath.select("//user[name=\'" + req.query.name + "\']", users).length);\n',
    "const xpath = require('xpath');\nconst users = require('./users');\n",
  ),
  right: wrap(
    "  const find = xpath.parse('//user[name=$name]');\n  res.json(find.select({ node: users, variables: { name: req.query.name } }).length);\n",
    "const xpath = require('xpath');\nconst users = require('./users');\n",
  ),
};

export const logInjection: Rule = {
  id: 'log-injection',
  title: 'Untrusted text in a log',
  cwe: [117, 134],
  owasp: 'A09:2021 Security Logging and Monitoring Failures',
  severity: 'low',
  confidence: 'low',
  kind: 'format',
  sources: ['request', 'message'],
  explanation:
    'Untrusted text in the place of the format (%s, %d) rearranges what is logged. Log a fixed text, and the value behind it.',
  wrong: wrap("  console.log('asked by ' + req.query.user, new Date());\n  res.json([]);\n"),
  right: wrap("  console.log('asked by %s', JSON.stringify(req.query.user), new Date());\n  res.json([]);\n"),
};

export const resourceExhaustion: Rule = {
  id: 'resource-exhaustion',
  title: 'Untrusted number decides how much is made',
  cwe: [770, 400, 789],
  owasp: 'A05:2021 Security Misconfiguration',
  severity: 'medium',
  confidence: 'medium',
  kind: 'allocation',
  sources: ['request', 'message'],
  explanation: 'A number from outside that sizes memory or repeats work can ask for gigabytes. Give it an upper bound.',
  wrong: wrap('  res.json(Buffer.alloc(Number(req.query.size)).length);\n'),
  right: wrap('  const size = Math.min(Number(req.query.size), 4096);\n  res.json(Buffer.alloc(size).length);\n'),
};

export const stackTraceExposure: Rule = {
  id: 'stack-trace-exposure',
  title: 'Stack trace is sent to the client',
  cwe: [209, 200, 497],
  owasp: 'A05:2021 Security Misconfiguration',
  severity: 'low',
  confidence: 'high',
  kind: 'exposure',
  sources: ['error'],
  explanation:
    'A stack trace tells about files, versions and the way the program works. Log it, and send a plain message.',
  wrong: wrap(
    '  try {\n    res.json(work());\n  } catch (error) {\n    res.end(error.stack);\n  }\n',
    "const work = require('./work');\n",
  ),
  right: wrap(
    '  try {\n    res.json(work());\n  } catch (error) {\n    console.error(error);\n    res.sendStatus(500);\n  }\n',
    "const work = require('./work');\n",
  ),
};
