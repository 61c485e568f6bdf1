/** Which native code is behind the boundary. The order is the same in both modes: shared arrays are numbered by it. */
import { installAddons } from '../addons/index.ts';
import { recording } from '../boundaryState.ts';
import type { CallSpec } from '../calls/calls.ts';
import { wrapClasses, wrapFunctions } from '../calls/nativeClasses.ts';
import { guardPresentBindings } from '../calls/refusals.ts';
import { transformRead } from '../code/moduleSources.ts';
import { flushNow } from '../log/flushing.ts';
import { addSharedArray } from '../memory/sharedArrays.ts';
import { EVENT_SHARED } from '../memory/streamState.ts';
import { fileOutput, streamOutput } from '../output/output.ts';
import { addBoundary } from '../processes/children.ts';
import { beforeLoading, watchLoading } from '../start/builtinLoading.ts';
import { internalBinding } from '../start/natives.ts';
import { installCrypto } from './crypto.ts';
import { installBlobs } from './hiddenClasses.ts';
import { installHttp2 } from './http2.ts';
import { installHttpParser } from './httpParser.ts';
import { installMachine } from './machine.ts';
import { installMessages } from './messages.ts';
import { installProcess } from './process.ts';
import { installSqlite } from './sqlite.ts';
import { installZlib } from './zlib.ts';

const streamSpec = (method: string): CallSpec => ({ shared: EVENT_SHARED, ...streamOutput(method) });
const streamClass = { specOf: streamSpec, shared: EVENT_SHARED };

export function installBindings(): void {
  installFiles();
  installProcess();
  wrapFunctions('credentials');
  wrapFunctions('timers', ['getLibuvNow'], () => ({ short: 'reading' }));
  wrapFunctions('util', ['guessHandleType', 'sleep']);
  wrapFunctions('performance', ['loopIdleTime', 'uvMetricsInfo']);
  const tracking = ['setupObservers', 'installGarbageCollectionTracking', 'removeGarbageCollectionTracking'];
  beforeLoading(['internal/perf/observe'], () => wrapFunctions('performance', tracking));
  installMachine();
  installAddons();
  wrapClasses('signal_wrap');
  // Only on Windows errors ask for the version of the system.
  const asksForSystem = ['os', 'internal/navigator', 'internal/quic/'];
  if (process.platform === 'win32') asksForSystem.push('internal/errors');
  beforeLoading(asksForSystem, () => wrapFunctions('os', undefined, osSpec));
  beforeLoading(['internal/fs/dir'], () => {
    wrapClasses('fs_dir');
    wrapFunctions('fs_dir');
  });
  beforeLoading(['net', 'tty', 'internal/stream_base_commons', 'internal/child_process'], installStreams);
  beforeLoading(['internal/js_stream_socket'], () => wrapClasses('js_stream', undefined, streamClass));
  beforeLoading(['dgram', 'internal/dgram', 'internal/child_process'], () => wrapClasses('udp_wrap'));
  beforeLoading(['child_process', 'internal/child_process'], installChildProcesses);
  beforeLoading(['tls', '_tls_wrap', 'internal/tls/'], () => {
    wrapFunctions('tls_wrap', ['wrap']);
    wrapClasses('tls_wrap', undefined, streamClass);
  });
  beforeLoading(['dns', 'dns/promises', 'internal/dns/callback_resolver', 'internal/dns/promises', 'net'], () => {
    wrapFunctions('cares_wrap', ['getaddrinfo', 'getnameinfo']);
    wrapClasses('cares_wrap');
  });
  beforeLoading(['internal/fs/watchers'], () => wrapClasses('fs_event_wrap'));
  beforeLoading(['internal/blob'], installBlobs);
  beforeLoading(['http2', 'internal/http2/'], installHttp2);
  beforeLoading(['internal/worker', 'internal/worker/io'], installMessages);
  beforeLoading(['_http_common', '_http_server'], installHttpParser);
  beforeLoading(['crypto', 'internal/crypto/', 'tls', '_tls_common', '_tls_wrap', 'internal/tls/'], installCrypto);
  beforeLoading(['zlib'], installZlib);
  beforeLoading(['sqlite'], installSqlite);
  watchLoading();
  if (!recording()) guardPresentBindings();
}

function installStreams(): void {
  wrapClasses('stream_wrap', undefined, streamClass);
  wrapClasses('tcp_wrap', undefined, streamClass);
  wrapClasses('pipe_wrap', undefined, streamClass);
  wrapClasses('tty_wrap', undefined, streamClass);
  wrapFunctions('tty_wrap', ['isTTY']);
}

function installChildProcesses(): void {
  wrapFunctions('spawn_sync', undefined, () => ({ before: beforeSpawn }));
  wrapClasses('process_wrap', undefined, { specOf: (method) => (method === 'spawn' ? spawnSpec : undefined) });
}

const viewsOf = (view: unknown) => {
  const bytes = view as ArrayBufferView;
  return { view: bytes, offset: 0, length: bytes.byteLength };
};

function osSpec(name: string): CallSpec | undefined {
  return name === 'getLoadAvg' ? { fill: (args) => [viewsOf(args[0])] } : undefined;
}

function beforeSpawn(_self: unknown, args: unknown[]): void {
  flushNow();
  addBoundary(args);
}

/** `spawn` puts the pid on the handle. */
const spawnSpec: CallSpec = {
  before: beforeSpawn,
  extra: {
    record: (self) => (self as { pid?: number }).pid,
    replay(self, _args, pid) {
      if (pid !== undefined) (self as { pid?: unknown }).pid = pid;
    },
  },
};

function installFiles(): void {
  const fs = internalBinding('fs');
  for (const name of ['statValues', 'bigintStatValues', 'statFsValues', 'bigintStatFsValues']) {
    if (fs[name]) addSharedArray(fs[name] as ArrayBufferView);
  }
  wrapFunctions('fs', undefined, (name) => ({ ...fileOutput(name), ...fileFill(name) }));
  wrapClasses('fs', undefined, { ...streamClass, constructed: false });
  wrapFunctions('modules', [
    'readPackageJSON',
    'getNearestParentPackageJSONType',
    'getNearestParentPackageJSON',
    'getPackageScopeConfig',
    'getPackageType',
    'getPackageJSONScripts',
  ]);
}

function fileFill(name: string): CallSpec {
  if (name === 'readFileUtf8') return { transform: (args, content) => transformRead(args[0], content) };
  if (name === 'read') {
    return {
      fill: (args) => [{ view: args[1] as ArrayBufferView, offset: (args[2] as number) || 0, length: Number(args[3]) }],
    };
  }
  return name === 'readBuffers' ? { fill: (args) => (args[1] as unknown[]).map(viewsOf) } : {};
}
