import assert from 'node:assert/strict';
import { type StdioOptions, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programPath } from '../../runtime/programs.ts';
import { canConfine, spawnConfined } from '../../sandbox-host/osSandbox/confinedProgram.ts';
import { seccompFilter } from '../../sandbox-host/osSandbox/seccompFilter.ts';
import { bestWorkerCommand, plainWorkerCommand } from '../../sandbox-host/osSandbox/workerCommand.ts';
import { WorkerProcess } from '../../sandbox-host/supervisor/workerProcess.ts';
import { installOnDebian } from '../installOnDebian.ts';

/** Runs `script` in place of a worker's program, with everything that stands around a worker: what a guest has who owns it. */
function asOwnedWorker(script: string, more: readonly string[] = []): string {
  const command = bestWorkerCommand();
  const sealed = command.args.indexOf('--remount-ro');
  const args = [...command.args.slice(0, sealed), ...more, ...command.args.slice(sealed, -1), '-e', script];
  const folder = mkdtempSync(join(tmpdir(), 'apex-owned-'));
  const filter = join(folder, 'filter');
  writeFileSync(filter, command.filter ?? '');
  try {
    const shell = ['-c', 'exec "$@" 3<"$FILTER" 4>/dev/null', 'sh', command.program, ...args];
    const { stdout, stderr } = spawnSync('/bin/sh', shell, {
      encoding: 'utf8',
      env: { ...command.env, FILTER: filter },
      timeout: 100_000,
    });
    return stdout || stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What native code would try first: number and arguments. */
// biome-ignore format: a table
const systemCalls: Record<string, number[]> = {
  'ptrace': [101, 0, 1, 0, 0, 0], 'process_vm_readv': [310, 1, 0, 0, 0, 0], 'process_vm_writev': [311, 1, 0, 0, 0, 0],
  'pidfd_open': [434, 1, 0, 0, 0, 0], 'kcmp': [312, 1, 1, 0, 0, 0],
  'io_uring_setup': [425, 8, 0, 0, 0, 0], 'bpf': [321, 0, 0, 0, 0, 0], 'perf_event_open': [298, 0, 0, 0, 0, 0],
  'userfaultfd': [323, 0, 0, 0, 0, 0], 'unix socket': [41, 1, 1, 0, 0, 0], 'internet socket': [41, 2, 1, 0, 0, 0],
  'netlink socket': [41, 16, 3, 0, 0, 0], 'packet socket': [41, 17, 3, 0, 0, 0], 'vsock': [41, 40, 1, 0, 0, 0],
  'socketpair': [53, 1, 1, 0, 0, 0], 'user namespace': [272, 0x10000000, 0, 0, 0, 0],
  'mount namespace': [272, 0x20000, 0, 0, 0, 0], 'setns': [308, 0, 0, 0, 0, 0], 'clone': [56, 17, 0, 0, 0, 0],
  'clone into namespaces': [56, 0x10000011, 0, 0, 0, 0], 'clone3': [435, 0, 0, 0, 0, 0], 'fork': [57, 0, 0, 0, 0, 0],
  'vfork': [58, 0, 0, 0, 0, 0], 'keyctl': [250, 0, -3, 0, 0, 0], 'add_key': [248, 0, 0, 0, 0, 0],
  'personality': [135, 0x40000, 0, 0, 0, 0], 'shared memory': [29, 0, 4096, 0o1666, 0, 0],
  'message queue': [68, 0, 0o1666, 0, 0, 0], 'memfd_create': [319, 0, 0, 0, 0, 0], 'memfd_secret': [447, 0, 0, 0, 0, 0],
  'typing into the terminal (TIOCSTI)': [16, 0, 0x5412, 0, 0, 0], 'ports of the machine': [172, 3, 0, 0, 0, 0],
  'modify_ldt': [154, 0, 0, 0, 0, 0], 'move_pages': [279, 1, 0, 0, 0, 0], 'kernel log': [103, 3, 0, 0, 0, 0],
  'fanotify': [300, 0, 0, 0, 0, 0], 'host name': [170, 0, 0, 0, 0, 0], 'mount': [165, 0, 0, 0, 0, 0],
  'x32 form of getpid': [0x40000000 + 39, 0, 0, 0, 0, 0],
};

const works = () => asOwnedWorker('console.log("ok")').trim() === 'ok';

describe('a worker that a guest has taken over', function () {
  this.timeout(120_000);

  describe('inside the OS sandbox', () => {
    before(function () {
      installOnDebian('bubblewrap', 'bwrap');
      // Where there is none, the host says so in its status and nothing is promised.
      if (bestWorkerCommand().osSandbox.kind === 'none' || !works()) this.skip();
    });

    const attempts: [string, string, RegExp][] = [
      ['sees no file but its own', 'console.log(fs.readdirSync("/").sort().join())', /^apex,lib(,lib64)?(,usr)?$/],
      ['reads no file of the machine', 'console.log(tryIt(() => fs.readFileSync("/etc/passwd")))', /^ENOENT$/],
      ['sees no process', 'console.log(fs.existsSync("/proc/1"))', /^false$/],
      [
        'writes no file',
        'console.log(tryIt(() => fs.writeFileSync("/apex/x", "")), tryIt(() => fs.writeFileSync("/x", "")))',
        /^EROFS EROFS$/,
      ],
      ['starts no process', 'console.log(tryIt(() => { throw cp.spawnSync("/apex/node", ["-v"]).error }))', /^EPERM$/],
      ['has no environment', 'console.log(Object.keys(process.env).sort().join())', /^LANG,LC_ALL,PWD,TZ$/],
      [
        'sees no network',
        'console.log(Object.keys(tryIt(() => os.networkInterfaces())).join() || "none")',
        /^(none|lo|ERR_SYSTEM_ERROR|0,.*)$/,
      ],
      ['knows no name of the machine', 'console.log(os.hostname())', /^apex$/],
    ];
    for (const [name, script, expected] of attempts) {
      it(name, () => {
        const helpers = `const fs = require('fs'), cp = require('child_process'), os = require('os');
          const tryIt = (f) => { try { return f() } catch (e) { return e.code } };`;
        assert.match(asOwnedWorker(`${helpers}${script}`).trim(), expected);
      });
    }

    it('gets nothing from the kernel by system calls of its own', function () {
      // Numbers are those of x86-64; the table for arm64 is beside them in the filter.
      if (process.arch !== 'x64') this.skip();
      const koffi = programPath('native/koffi/koffi.node');
      const script = `const koffi = require('/apex/koffi.node');
        const call = koffi.load('libc.so.6').func('long syscall(long n, long a, long b, long c, long d, long e)');
        const got = [];
        for (const [name, words] of Object.entries(${JSON.stringify(systemCalls)})) {
          if (call(...words) >= 0) got.push(name);
        }
        console.log(JSON.stringify({ got, parent: process.ppid, self: process.pid }));`;
      const said = asOwnedWorker(script, ['--ro-bind', koffi, '/apex/koffi.node']);
      // It is the first of its own processes: there is nobody that it could signal, trace or read.
      assert.deepEqual(JSON.parse(said), { got: [], parent: 0, self: 1 });
    });

    it('reaches no server, not even on this machine', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const script = `require('net').connect(${port}, '127.0.0.1').on('error', (e) => console.log(e.code)).on('connect', () => console.log('CONNECTED'))`;
      try {
        assert.match(asOwnedWorker(script).trim(), /^EPERM$/);
      } finally {
        server.close();
      }
    });

    it('has threads all the same: an engine needs them', () => {
      const script = `new (require('worker_threads').Worker)('console.log("thread")', { eval: true })`;
      assert.equal(asOwnedWorker(script).trim(), 'thread');
    });
  });

  it('writes nowhere but into its recording when a rerun is taken over, and leaves no link there', async function () {
    if (!canConfine()) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'apex-rerun-'));
    const victim = join(folder, 'victim');
    const recording = join(folder, 'recording');
    mkdirSync(recording);
    writeFileSync(victim, 'untouched');
    const script = `const fs = require('fs'), cp = require('child_process');
      const tryIt = (f) => { try { f(); return 'DONE' } catch (e) { return e.code } };
      console.log([
        () => fs.writeFileSync(${JSON.stringify(join(recording, 'mine'))}, 'x'),
        () => fs.writeFileSync(${JSON.stringify(victim)}, 'x'),
        () => fs.readFileSync(${JSON.stringify(victim)}),
        () => fs.symlinkSync(${JSON.stringify(victim)}, ${JSON.stringify(join(recording, 'link'))}),
        () => fs.linkSync(${JSON.stringify(join(recording, 'mine'))}, ${JSON.stringify(join(recording, 'hard'))}),
        () => fs.readFileSync('/etc/passwd'),
        () => { throw cp.spawnSync(process.execPath, ['-v']).error },
        () => fs.writeFileSync(${JSON.stringify(join(recording, 'long'))}, Buffer.alloc(2 << 20)),
      ].map(tryIt).join());`;
    const world = { readOnly: [], writable: [recording], memory: 1 << 30, fileSize: 1 << 20 };
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
    try {
      // What Node does when a file has become too long is to be told, not to end.
      const quiet = `process.on('SIGXFSZ', () => {});`;
      const child = spawnConfined(process.execPath, ['-e', quiet + script], { stdio, env: {}, cwd: folder }, world);
      let said = '';
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      child.stderr?.resume();
      await new Promise((resolve) => child.once('close', resolve));
      assert.match(said.trim(), /^DONE,(EROFS|ENOENT|EACCES),ENOENT,EPERM,EPERM,ENOENT,EPERM,EFBIG$/);
      assert.equal(readFileSync(victim, 'utf8'), 'untouched');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  describe('speaking to the supervisor', () => {
    const ready = `const say = (m) => process.stdout.write((typeof m === 'string' ? m : JSON.stringify(m)) + '\\n');
      say({ type: 'ready', node: 'v24', pid: 1 });`;
    const hostile: [string, string, RegExp][] = [
      ['no JSON', 'say("nonsense")', /not JSON/],
      [
        'a line without end',
        'const big = "x".repeat(1 << 20); const go = () => process.stdout.write(big, go); go();',
        /longer than/,
      ],
      ['an unknown message', 'say({ type: "exec", command: "id" })', /wrong shape/],
      [
        'a message with wrong fields',
        'say({ type: "load", sandbox: "s", request: "one", specifier: 1, referrer: "" })',
        /wrong shape/,
      ],
      ['a message that is a list', 'say([1, 2])', /wrong shape/],
      ['a message that pollutes', 'say(`{"type":"post","__proto__":{"polluted":1}}`)', /wrong shape/],
      ['silence', 'setInterval(() => {}, 1000)', /silent/],
    ];
    for (const [name, script, reason] of hostile) {
      it(`is ended for ${name}`, async () => {
        const worker = new WorkerProcess({ ...plainWorkerCommand(''), args: ['-e', ready + script] });
        // Ready or already ended for what it said: both are right, the reason is the same.
        await worker.ready().catch(() => {});
        const end = await new Promise<{ reason: string }>((resolve) => {
          worker.attach('s', { message: () => {}, ended: resolve });
        });
        assert.match(end.reason, reason);
        assert.equal(({} as { polluted?: unknown }).polluted, undefined);
      });
    }

    it('leaves nothing running when it ends while it starts', async () => {
      const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
      await sleep(1);
      const before = timers();
      const atOnce = `process.stdout.write('{"type":"ready","node":"v24","pid":1}\\nnonsense\\n')`;
      const worker = new WorkerProcess({ ...plainWorkerCommand(''), args: ['-e', atOnce] });
      await assert.rejects(worker.ready(), /not JSON/);
      while (timers() > before) await sleep(20);
    });

    it('cannot speak for a sandbox that is not its own', async () => {
      const forged =
        'say({ type: "idle", sandbox: "other", usage: { wallMs: 0, cpuMs: 0, memoryMb: 0 } }); say("end");';
      const worker = new WorkerProcess({ ...plainWorkerCommand(''), args: ['-e', ready + forged] });
      await worker.ready().catch(() => {});
      const heard: unknown[] = [];
      await new Promise<void>((resolve) => {
        worker.attach('mine', { message: (message) => heard.push(message), ended: () => resolve() });
      });
      assert.deepEqual(heard, []);
    });
  });

  it('has a filter for every architecture it runs on', () => {
    assert.ok(seccompFilter('x64'));
    assert.ok(seccompFilter('arm64'));
    assert.equal(seccompFilter('riscv64'), undefined);
  });
});
