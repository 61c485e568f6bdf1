import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { measure, print } from '../measure/percentiles.ts';
import { installedFile } from './installedPeer.ts';

/** Answers each request with the value of its body: in its own isolate, or in a new one (`/new`). */
const WORKER = `
let loaded = 0;
const isolate = (job) => ({
  compatibilityDate: '2026-01-01',
  mainModule: 'job.js',
  modules: { 'job.js': 'export default { fetch: () => new Response(String(' + job + ')) }' },
});
export default {
  async fetch(request, env) {
    const job = await request.text();
    if (!request.url.endsWith('/new')) return new Response(String(env.EVAL.eval(job)));
    const worker = env.LOADER.get('job' + loaded++, () => isolate(job));
    return worker.getEntrypoint().fetch('http://job/');
  },
};
`;
const CONFIGURATION = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")],
    compatibilityDate = "2026-01-01",
    bindings = [(name = "EVAL", unsafeEval = void), (name = "LOADER", workerLoader = (id = "bench"))],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;

interface Server {
  child: ChildProcess;
  port: number;
}

/** An expression, and its value as text. */
interface Job {
  source: string;
  expected: string;
}

/** workerd on the same job, over the way in that it has: HTTP on this machine, one connection kept open. */
export async function measureWorkerd(job: Job): Promise<void> {
  const binary = installedFile(`@cloudflare/workerd-linux-${process.arch === 'x64' ? '64' : process.arch}/bin/workerd`);
  if (!binary) return;
  const folder = mkdtempSync(join(tmpdir(), 'apex-workerd-'));
  writeFileSync(join(folder, 'worker.js'), WORKER);
  const configuration = join(folder, 'bench.capnp');
  writeFileSync(configuration, CONFIGURATION);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const start = () => startServer(binary, configuration);
  try {
    const newProcess = async () => {
      const { child, port } = await start();
      await ask(port, '/', job).finally(() => end(child));
    };
    print('workerd, new process', await measure(20, newProcess));
    const { child, port } = await start();
    try {
      print('workerd, new isolate in a running process', await measure(200, () => ask(port, '/new', job, agent)));
      print('workerd, warm', await measure(2000, () => ask(port, '/', job, agent)));
    } finally {
      await end(child);
    }
  } finally {
    agent.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves when it listens: it says its port on file descriptor 3. */
async function startServer(binary: string, configuration: string): Promise<Server> {
  const args = ['serve', '--experimental', '--control-fd=3', configuration];
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`workerd ended with code ${code} before it listened`);
  });
  const said = once(child.stdio[3] as Readable, 'data') as Promise<[Buffer]>;
  const [line] = await Promise.race([said, failed]);
  failed.catch(() => {});
  return { child, port: (JSON.parse(String(line)) as { port: number }).port };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function ask(port: number, path: string, { source, expected }: Job, agent?: Agent): Promise<void> {
  const asked = request({ host: '127.0.0.1', port, path, method: 'POST', agent }).end(source);
  const [answer] = await once(asked, 'response');
  const body = await text(answer);
  if (body !== expected) throw new Error(`workerd answered ${body}`);
}
