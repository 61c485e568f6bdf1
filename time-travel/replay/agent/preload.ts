import { readFileSync } from 'node:fs';
import { createContext, runInContext, runInThisContext } from 'node:vm';
import type workerThreads from 'node:worker_threads';
import {
  acceptOtherOutput,
  isMainThread,
  listenToCrossings,
  listenToTime,
  nodeRequire,
  type ReplayEngine,
  realNatives,
  sameExports,
  standStill,
  startReplay,
  trackOrigins,
  uncaughtText,
} from '../../recorder/replaying/replaySeam.ts';
import { declareProbes, type ProbeAccess } from '../instrument/realm.ts';
import type { AgentHost, RunningAgent } from './agent.ts';
import { type Boundary, noBoundary } from './boundary.ts';
import { type Channel, connect, openChannel } from './channel.ts';
import { openLibc } from './libc.ts';
import type { install } from './main.ts';
import { AGENT_VARIABLE, type AgentSettings } from './settings.ts';

/**
 * Entry of the bundle that is preloaded into replaying processes. It starts the agent in a realm of its own, where the
 * program cannot change what the agent uses. Node's module loader has no part in it: its caches, and so the program's own
 * calls, would differ from the recorded ones.
 */
const encoded = takeSettings();
if (encoded) {
  const settings = JSON.parse(encoded) as AgentSettings;
  // The program must not see what only replay needs.
  process.execArgv = process.execArgv.filter((word) => !settings.hiddenOptions?.includes(word));
  if (settings.log) replayRecording(settings, settings.log);
  else startAgent(settings, noBoundary(process)).begin();
}

/** A thread gets them as it gets the order of the boundary. */
function takeSettings(): string | undefined {
  if (isMainThread) {
    const text = process.env[AGENT_VARIABLE];
    delete process.env[AGENT_VARIABLE];
    return text;
  }
  const { getEnvironmentData, setEnvironmentData } = nodeRequire<typeof workerThreads>('internal/worker');
  const text: unknown = getEnvironmentData(AGENT_VARIABLE);
  setEnvironmentData(AGENT_VARIABLE, undefined);
  return typeof text === 'string' ? text : undefined;
}

/** Milliseconds until another look at a log that grows. */
const LOOK_AGAIN = 20;
/** The program may change its own. */
const { wait } = Atomics;

function replayRecording(settings: AgentSettings, log: string): void {
  let agent: RunningAgent | undefined;
  let onOutput: Parameters<Boundary['onOutput']>[0] = () => {};
  let onWait: Parameters<Boundary['onWait']>[0] = () => {};
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let onEnd: Parameters<Boundary['onEnd']>[0] = () => {};
  const engine: ReplayEngine = {
    beforeArming() {
      agent = startAgent(settings, {
        refuse: standStill,
        acceptOtherOutput,
        onOutput: (callback) => {
          onOutput = callback;
        },
        onTime: listenToTime,
        onCrossing: listenToCrossings,
        onOrigins: trackOrigins,
        sameExports,
        uncaughtText,
        onWait: (callback) => {
          onWait = callback;
        },
        onEnd: (callback) => {
          onEnd = callback;
        },
      });
    },
    output: (fd, bytes) => onOutput(fd, bytes),
    transformCommonJs: (source, filename) => agent!.transformCommonJs(source, filename),
    mapFrames: (frames) => agent!.mapFrames(frames),
    started: () => agent!.begin(),
    finished: ({ code, reason }) =>
      onEnd(code, reason === 'damaged' ? { message: 'The recording is damaged here.' } : undefined),
    diverged: ({ expected, seen, cause }) =>
      onEnd(undefined, {
        message: `The program did something else than recorded: ${seen} instead of ${expected}. ${cause}`,
        step: `${seen} instead of ${expected}`,
      }),
    exit: (code) => agent!.exit(code),
  };
  const follow = () => {
    onWait();
    wait(sleeper, 0, 0, LOOK_AGAIN);
  };
  const { channel, thread } = settings;
  startReplay(
    { log, channel, thread: thread !== undefined, ownFile: __filename, wait: settings.follow ? follow : undefined },
    engine,
  );
}

function startAgent(settings: AgentSettings, boundary: Boundary): RunningAgent {
  const libc = settings.koffi ? openLibc(settings.koffi) : undefined;
  const open = (): Channel => (libc && settings.socket ? connect(libc, settings.socket) : descriptorChannel());
  const host: AgentHost = {
    realm: globalThis,
    require: nodeRequire,
    boundary,
    ownFiles: [__filename, 'apex:agent', 'apex:probes'],
    recorded: settings.log !== undefined,
    probes: runInThisContext(declareProbes, { filename: 'apex:probes' }) as ProbeAccess,
    libc,
    channel: open(),
    connect: open,
    // `exit` would wait for threads that a copy does not have.
    exit: (code) => (libc ? (libc.exit(code) as never) : realNatives.exit(code)),
    processId: process.pid,
    now: libc ? libc.now : realNatives.now,
  };
  const realm = createContext({ Buffer, TextDecoder });
  const script = `${readFileSync(settings.agent, 'utf8')};apexReplayAgent`;
  const agent = runInContext(script, realm, { filename: 'apex:agent' }) as { install: typeof install };
  return agent.install(host);
}

/** Where processes are not copied the engine holds file descriptor 3. */
function descriptorChannel(): Channel {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  return openChannel({
    read(into) {
      for (;;) {
        try {
          return realNatives.read(3, into, -1);
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException;
          if (code === 'EOF') return 0;
          if (code !== 'EAGAIN') throw error;
          wait(sleeper, 0, 0, 1);
        }
      }
    },
    write(from) {
      realNatives.write(3, from, null);
      return from.length;
    },
    // Reading would wait; where the engine has gone, the process ends with its program or its next message.
    gone: () => false,
    close: () => {},
  });
}
