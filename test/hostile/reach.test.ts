import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, posix } from 'node:path';
import { HostileHost } from './hostileHost.ts';
import { fileAttempts, networkAttempts, otherAttempts, packageAttempts } from './reachAttempts.ts';

type Attempts = readonly (readonly [name: string, expression: string])[];

/** Each attempt by itself, in one program; the results as JSON. */
function program(attempts: Attempts): string {
  const body = (expression: string) => (expression.includes('return ') ? expression : `return ${expression}`);
  const list = attempts.map(([, expression]) => `async () => { ${body(expression)} }`);
  return `import * as fs from 'fs/promises';
import * as apex from 'apex';
const read = (path) => fs.readFile(path, 'utf8');
const write = (path, text) => fs.writeFile(path, text);
const get = async (url, init) => (await fetch(url, init)).text();
const results = [];
for (const attempt of [${list.join(',\n')}]) {
  try { results.push(String(await attempt())); } catch (error) { results.push('refused ' + error.code + ' ' + error.message); }
}
console.log(JSON.stringify(results));`;
}

describe('attempts to reach further than a policy allows', function () {
  this.timeout(120_000);
  let host: HostileHost;
  let app: string;
  let servers: Server[];
  let requests: string[];
  const ports = { open: 0, closed: 0 };

  before(async () => {
    host = new HostileHost();
    app = join(host.folder, 'app');
    lay(host.folder);
    process.env.APEX_HOSTILE_SECRET = 'SECRET';
    process.env.HELD = 'SECRET';
    requests = [];
    servers = (['open', 'closed'] as const).map((name) =>
      createServer((request, response) => {
        requests.push(`${name} ${request.method} ${request.url}`);
        const [path, target] = (request.url ?? '').split('?');
        // As many servers read a path: without escapes, slashes in a row as one.
        const meant = posix.normalize(decodeURIComponent(path ?? '').replaceAll(/\/+/g, '/'));
        if (meant === '/open/denied') response.end('SECRET');
        else if (path === '/open/redirect') response.writeHead(302, { location: target }).end();
        else response.end(name === 'closed' || !path?.startsWith('/open/') ? 'SECRET' : 'fine');
      }).listen(0, '127.0.0.1'),
    );
    await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
    [ports.open, ports.closed] = servers.map((server) => (server.address() as AddressInfo).port) as [number, number];
    writeFileSync(join(app, 'policy.json'), JSON.stringify(policy(ports.open)));
  });
  after(() => {
    delete process.env.APEX_HOSTILE_SECRET;
    delete process.env.HELD;
    for (const server of servers) server.close();
    host.close();
  });

  const run = async (attempts: Attempts): Promise<string[]> => {
    const file = join(app, 'main.js');
    writeFileSync(file, program(attempts));
    const limits = { wallMs: 90_000, turnMs: 60_000, cpuMs: 90_000 };
    const { outcome, output } = await host.runFile(file, { policy: join(app, 'policy.json'), limits });
    assert.ok(outcome.ok, JSON.stringify(outcome));
    return JSON.parse(output) as string[];
  };

  /** One program for all attempts of a kind, and one test for each. */
  const group = (title: string, attempts: () => Attempts, names: readonly string[]) => {
    describe(title, () => {
      let results: string[];
      before(async () => {
        results = await run(attempts());
      });
      for (const [at, name] of names.entries()) {
        it(name, () => {
          // What was refused may be named: the attacker has named it.
          if (!results[at]!.startsWith('refused ')) assert.doesNotMatch(results[at]!, /SECRET|root:/);
          assert.doesNotMatch(results[at]!, /apex-hostile-|\/tmp\//, 'names no path of this machine');
        });
      }
    });
  };
  const names = (attempts: Attempts) => attempts.map(([name]) => name);

  it('would be seen if they succeeded', async () => {
    const [allowed, text] = await run([
      ['an allowed file', 'read("data/a.txt")'],
      ['an allowed request', `get("http://127.0.0.1:${ports.open}/open/redirect?/open/x")`],
    ]);
    assert.deepEqual([allowed, text], ['allowed', 'fine']);
  });
  group('to files', () => fileAttempts, names(fileAttempts));
  group('through packages', () => packageAttempts, names(packageAttempts));
  group('over the network', () => networkAttempts(ports), names(networkAttempts(ports)));
  group('otherwise', () => otherAttempts, names(otherAttempts));

  it('leave everything as it was', () => {
    assert.deepEqual(
      requests.filter((line) => !/^open GET \/open\//.test(line)),
      [],
    );
    assert.equal(readFileSync(join(host.folder, 'secret.txt'), 'utf8'), 'SECRET');
    assert.equal(readFileSync(join(app, 'out/keep/secret.txt'), 'utf8'), 'SECRET');
    for (const made of ['written.txt', 'made']) assert.equal(existsSync(join(host.folder, made)), false);
  });
});

function policy(port: number): object {
  const allow = (operations: string[], resources: string[]) => ({ effect: 'allow', operations, resources });
  return {
    version: 1,
    programs: { echo: '/bin/echo' },
    forbiddenModules: ['forbidden'],
    rules: [
      allow(['fs.read'], ['./data/**']),
      allow(['fs.write'], ['./out/**', './policy.json', './apex.policy.json']),
      { effect: 'deny', operations: ['*'], resources: ['./data/secret*', './out/keep/secret*', './data/sub'] },
      allow(['net.request'], [`GET http://127.0.0.1:${port}/open/**`, `GET http://localhost:${port}/open/**`]),
      { effect: 'deny', operations: ['net.request'], resources: [`http://127.0.0.1:${port}/open/denied`] },
      allow(['env.read'], ['ALLOWED', 'HELD*']),
      { effect: 'deny', operations: ['env.read'], resources: ['HELD'] },
      allow(['kv.*'], ['mine/*']),
      allow(['channel.*'], ['mine']),
      allow(['process.run'], ['echo hello']),
      allow(['module.load'], ['p', 'q', 'piped', 'alias', 'renamed']),
    ],
  };
}

/** A program's folder with everything in it that may lead out. */
function lay(folder: string): void {
  const app = join(folder, 'app');
  for (const path of [
    'data/sub',
    'out/keep',
    'out/held',
    'node_modules/p',
    'node_modules/q',
    'node_modules/forbidden',
    'node_modules/renamed',
    'node_modules/unasked',
    'node_modules/piped',
  ]) {
    mkdirSync(join(app, path), { recursive: true });
  }
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  write('secret.txt', 'SECRET');
  write('app/out/held/base.policy.json', '{"version":1}');
  write('outside.js', 'export default "SECRET";');
  write('app/data/a.txt', 'allowed');
  for (const path of ['data/secret.txt', 'out/keep/secret.txt']) write(`app/${path}`, 'SECRET');
  write('app/data/secret.json', '{"text":"SECRET"}');
  write('app/data/requires.cjs', 'module.exports = require("./secret.json");');
  write('app/data/mapped.js', 'export default () => new Error("x").stack;\n//# sourceMappingURL=mapped.js.map');
  symlinkSync(join(folder, 'secret.txt'), join(app, 'data/mapped.js.map'));
  symlinkSync(join(folder, 'secret.txt'), join(app, 'data/link.txt'));
  symlinkSync(folder, join(app, 'data/up'));
  symlinkSync('sub', join(app, 'data/hidden'));
  symlinkSync('../node_modules/forbidden', join(app, 'data/vendor'));
  write('app/data/byPath.cjs', 'module.exports = require("../node_modules/forbidden/index.js").default;');
  write('app/node_modules/unasked/index.js', 'module.exports = "SECRET";');
  symlinkSync('.', join(app, 'data/inner'));
  symlinkSync('secret.txt', join(app, 'data/alias.txt'));
  symlinkSync(join(folder, 'outside.js'), join(app, 'data/linked.js'));
  symlinkSync(folder, join(app, 'out/up'));
  symlinkSync(join(folder, 'secret.txt'), join(app, 'out/link.txt'));
  write(
    'app/node_modules/p/package.json',
    JSON.stringify({
      name: 'p',
      type: 'module',
      exports: {
        './out': '../../../outside.js',
        './absolute': join(folder, 'outside.js'),
        './any/*': './*.js',
        './nested': { node: { import: './../../../outside.js' } },
        './through': './through.js',
      },
      imports: { '#out': '../../../outside.js' },
    }),
  );
  write('app/node_modules/p/through.js', 'export { default } from "forbidden";');
  write('app/node_modules/q/package.json', '{"name":"q","main":"../../../outside.js"}');
  write('app/node_modules/forbidden/package.json', '{"name":"forbidden","type":"module","exports":"./index.js"}');
  symlinkSync('forbidden', join(app, 'node_modules/alias'));
  write('app/node_modules/renamed/package.json', '{"name":"forbidden","main":"index.js"}');
  write('app/node_modules/renamed/index.js', 'module.exports = "SECRET";');
  write('app/data/renamed.cjs', 'module.exports = require("renamed");');
  write('app/node_modules/forbidden/index.js', 'export default "SECRET";');
  write('app/package.json', '{"type":"module","imports":{"#out":"../outside.js"}}');
  for (const path of ['data/pipe', 'node_modules/piped/package.json']) spawnSync('mkfifo', [join(app, path)]);
}
