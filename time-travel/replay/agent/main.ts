import { PREFIX, PROBE_PATTERN, VISIT } from '../instrument/probeText.ts';
import { hideProbes } from '../instrument/realm.ts';
import type { Agent, AgentHost, RunningAgent } from './agent.ts';
import { followBranch } from './branch.ts';
import { correctCallSites } from './callSites.ts';
import { commonJsTransform, hookCommonJs, hookModules } from './codeHooks.ts';
import { InspectorConnection } from './inspectorConnection.ts';
import type { Job, ParkedRequest } from './jobs.ts';
import { Pause, type PauseContext } from './pause.ts';
import { Points } from './points.ts';
import { render } from './render.ts';
import { runJob } from './runJob.ts';
import { Scripts } from './scripts.ts';
import { frameMapper, installFrameMapper } from './stackTraces.ts';
import { standingFrames } from './standingFrames.ts';

/** Sets up the agent while all natives are real; nothing of the program has run. */
export function install(host: AgentHost): RunningAgent {
  const { fileURLToPath } = host.require('url') as typeof import('node:url');
  const waiting: (() => void)[] = [];
  let spentBefore = 0;
  const agent: Agent = {
    ...host,
    onWait: (action) => void waiting.push(action),
    points: new Points(host.probes),
    scripts: new Scripts(fileURLToPath, () => ({
      visitor: agent.visitor,
      findWrites: agent.findWrites,
      track: agent.track,
      edits: agent.edits,
    })),
    pause: new Pause(new InspectorConnection(host.require), host.ownFiles),
    inspect: (host.require('util') as typeof import('node:util')).inspect,
    // A program that was killed while Node started has an end too, which whoever asks is told.
    atEnd(exitCode, divergence) {
      agent.park();
      agent.atEnd(exitCode, divergence);
    },
    visitor: undefined,
    findWrites: () => undefined,
    track: undefined,
    edits: new Map(),
    copy() {
      const spent = agent.spent();
      if (!copyProcess(agent)) return false;
      // The system counts from the beginning of each process.
      spentBefore = spent;
      return true;
    },
    park: () => park(agent),
    pauseHere: () => pauseHere(agent),
    spent: () => spentBefore + (agent.libc?.processorTime().whole ?? 0),
  };
  agent.points.onAimed = () => agent.channel.send({ event: 'aimed' });
  agent.points.onMissed = () => {
    agent.channel.send({ event: 'missed' });
    agent.exit(0);
  };
  // Nobody else would end a program that computes for ever.
  agent.points.onPulse = () => {
    if (agent.channel.gone()) agent.exit(0);
  };
  const mapFrames = frameMapper(agent.scripts);
  hookModules(host.require, agent.scripts, host.boundary.sameExports);
  correctCallSites(host.require, agent.scripts);
  if (!host.recorded) {
    hookCommonJs(host.require, agent.scripts);
    installFrameMapper(host.require, mapFrames);
  }
  host.boundary.onWait(() => agent.points.outsideTime(() => waiting.forEach((action) => void action())));
  host.boundary.onEnd((exitCode, divergence) => {
    agent.points.ended();
    agent.points.outsideTime(() => agent.atEnd(exitCode, divergence));
  });
  return {
    begin() {
      // Takes up to a quarter of a second later, in each checkpoint of a large program; copies inherit it.
      if (agent.libc) agent.pause.enable();
      hideProbes(host.realm, PREFIX, PROBE_PATTERN);
      agent.park();
    },
    transformCommonJs: commonJsTransform(host.require, agent.scripts),
    mapFrames,
    exit: host.exit,
  };
}

function park(agent: Agent): undefined {
  agent.channel.send({ event: 'parked', point: agent.points.now, pid: agent.processId, spent: agent.spent() });
  for (;;) {
    const request = agent.channel.receive() as ParkedRequest | undefined;
    if (!request || 'quit' in request) return agent.exit(0);
    if (!agent.libc || agent.copy()) {
      begin(agent, request.start, request.job);
      return undefined;
    }
  }
}

function begin(agent: Agent, job: Job, number: number): void {
  agent.channel.send({ event: 'started', job: number, pid: agent.processId });
  agent.atEnd = (exitCode, divergence) => {
    const uncaught = agent.boundary.uncaughtText();
    const [point, spent] = [agent.points.now, agent.spent()];
    agent.channel.send({ event: 'end', point, spent, exitCode, divergence: divergence?.message, uncaught });
    agent.exit(0);
  };
  runJob(agent, job);
}

function copyProcess(agent: Agent): boolean {
  const { libc } = agent;
  if (!libc) throw new Error('This process cannot be copied.');
  if (libc.fork() !== 0) return false;
  agent.channel.close();
  agent.channel = agent.connect();
  agent.processId = libc.processId();
  return true;
}

function pauseHere(agent: Agent): void {
  const context: PauseContext = {
    scripts: agent.scripts,
    point: () => agent.points.now,
    outsideTime: (action) => agent.points.outsideTime(() => withoutNatives(agent, action)),
    follow: (followed) => followBranch(agent, followed),
    render(pause, callFrameId, expression) {
      let handed: unknown;
      agent.probes.onVisit((_place, value) => {
        handed = value;
      });
      const code = `${VISIT}(0, (${expression}))`;
      const answer = pause.call('Debugger.evaluateOnCallFrame', { callFrameId, expression: code, silent: true });
      const { exceptionDetails: thrown } = answer as { exceptionDetails?: { exception?: { description?: string } } };
      if (!thrown) return { value: render(agent.inspect, handed) };
      return { value: '', error: thrown.exception?.description?.split('\n')[0] ?? 'The expression threw.' };
    },
    copy(job) {
      if (!agent.copy()) return undefined;
      agent.channel.send({ event: 'started', job, pid: agent.processId });
      return agent.channel;
    },
  };
  agent.points.outsideTime(() => {
    agent.channel.send({ event: 'arrived', point: agent.points.now, frames: standingFrames(agent) });
    agent.pause.stay(agent.channel, context, () => agent.exit(0));
  });
}

function withoutNatives<T>(agent: Agent, action: () => T): T {
  agent.boundary.refuse(true);
  try {
    return action();
  } finally {
    agent.boundary.refuse(false);
  }
}
