import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { HostStatus } from '../../protocol/sandbox.ts';
import { programPath } from '../../runtime/programs.ts';
import { seccompFilter } from './seccompFilter.ts';

/** How a worker process is started. */
export interface WorkerCommand {
  program: string;
  args: string[];
  env: Record<string, string>;
  /** Written to file descriptor 3 of the program. */
  filter?: Buffer;
  /** True when the program says on file descriptor 4 which process is the worker (`bwrap --info-fd`). */
  tellsPid: boolean;
  osSandbox: HostStatus['osSandbox'];
}

/** V8 flags of every worker: isolated-vm needs the first; the second caps WebAssembly at 16 MiB where a mode leaves it in. */
const FLAGS = ['--no-node-snapshot', '--wasm-max-mem-pages=256', '--disable-warning=ExperimentalWarning'];
/** Nothing of the host's environment but a fixed time zone and language. */
const ENVIRONMENT = { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' };

/** A worker under the Node that runs the host, with nothing between it and the machine but V8. `detail` says why. */
export function plainWorkerCommand(detail: string): WorkerCommand {
  return {
    program: process.execPath,
    args: [...FLAGS, programPath('sandboxWorker.mjs')],
    env: ENVIRONMENT,
    tellsPid: false,
    osSandbox: { kind: 'none', detail },
  };
}

/**
 * The strongest command this machine may have. Whether it works is seen when the first worker starts (user namespaces may be
 * switched off); the pool then falls back to `plainWorkerCommand`.
 */
export function bestWorkerCommand(): WorkerCommand {
  if (process.platform !== 'linux') {
    return plainWorkerCommand(`No OS sandbox is used on ${process.platform}: an escape from V8 has your rights.`);
  }
  const bwrap = findBubblewrap();
  if (!bwrap) {
    return plainWorkerCommand(
      'bubblewrap is not installed: an escape from V8 has your rights. Install it ("apt install bubblewrap").',
    );
  }
  return bubblewrapCommand(bwrap);
}

/** Where bubblewrap is; undefined where there is none, or it is switched off. */
export function findBubblewrap(): string | undefined {
  return process.env.APEX_OS_SANDBOX === 'none' ? undefined : findOnPath('bwrap');
}

export function findOnPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/**
 * A worker that sees the Node binary, the libraries it is linked to and its own three files, all read-only, in namespaces of
 * its own without network, under the seccomp filter, without capabilities.
 */
function bubblewrapCommand(bwrap: string): WorkerCommand {
  const filter = seccompFilter();
  const readOnly = (from: string, to = from) => ['--ro-bind', from, to];
  const args = [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--as-pid-1', '--cap-drop', 'ALL', '--hostname', 'apex'],
    ...['--clearenv', ...Object.entries(ENVIRONMENT).flatMap(([name, value]) => ['--setenv', name, value])],
    ...linkedLibraries().flatMap((path) => readOnly(path)),
    ...readOnly(process.execPath, '/apex/node'),
    ...readOnly(programPath('sandboxWorker.mjs'), '/apex/dist/sandboxWorker.mjs'),
    ...readOnly(programPath('sandboxGuest.js'), '/apex/dist/sandboxGuest.js'),
    ...readOnly(programPath('native'), '/apex/dist/native'),
    ...['--remount-ro', '/', '--chdir', '/'],
    ...(filter ? ['--seccomp', '3'] : []),
    ...['--info-fd', '4', '--', '/apex/node', ...FLAGS, '/apex/dist/sandboxWorker.mjs'],
  ];
  const detail = filter
    ? 'Workers run in bubblewrap with a seccomp filter: no files but their own, no network, no new processes.'
    : `Workers run in bubblewrap: no files but their own, no network. There is no seccomp filter for ${process.arch}.`;
  return { program: bwrap, args, env: {}, filter, tellsPid: true, osSandbox: { kind: 'bubblewrap', detail } };
}

/** Paths of the shared libraries of this Node, as the dynamic loader found them. */
export function linkedLibraries(): string[] {
  // Asking for network interfaces would look up host names. The property is missing in the published types.
  Object.assign(process.report, { excludeNetwork: true });
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
  return sharedObjects.filter((path) => path.startsWith('/') && !path.endsWith('.node'));
}
