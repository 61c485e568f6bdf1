import type { Agent } from './agent.ts';
import { followBranch } from './branch.ts';
import { collectStep } from './calls.ts';
import { collectCalls } from './callTree.ts';
import { editedText } from './codeHooks.ts';
import { collectProfile } from './cpuProfile.ts';
import { collectEvents } from './events.ts';
import { collectExceptions, followExceptions } from './exceptions.ts';
import type { CheckpointPlan, Job } from './jobs.ts';
import type { Libc } from './libc.ts';
import { collectOrigins } from './origins.ts';
import { collectOutput } from './output.ts';
import { collectVisits, dropVisits } from './visits.ts';
import { describeWindow } from './window.ts';
import { collectWrites } from './writes.ts';

/** Sets up what a job needs and returns; the program then runs on, and the job reports as it does. */
export function runJob(agent: Agent, job: Job): void {
  dropVisits(agent);
  if ('margin' in job && job.margin !== undefined) agent.points.margin = job.margin;
  if ('leave' in job && job.leave !== undefined && agent.libc) leaveCheckpointAt(agent, job.leave);
  switch (job.kind) {
    case 'goto':
      agent.points.stopAt(job.point, () => agent.pauseHere());
      break;
    case 'fill':
      if (agent.libc) leaveCheckpoints(agent, agent.libc, job.checkpoints, job.until);
      break;
    case 'window':
      describeWindow(agent, job.from, job.to);
      break;
    case 'exceptions':
      collectExceptions(agent);
      break;
    case 'events':
      collectEvents(agent);
      break;
    case 'calls':
      collectCalls(agent, job);
      break;
    case 'profile':
      collectProfile(agent, job);
      break;
    case 'origins':
      collectOrigins(agent);
      break;
    case 'writes':
      collectWrites(agent, job.question, { stream: job.stream });
      break;
    case 'step':
      collectStep(agent, job.question);
      break;
    case 'scan':
      collectVisits(agent, job.places);
      break;
    case 'branch':
      agent.edits = new Map(job.edits.map((edit) => [edit.path, editedText(agent.require, edit)]));
      followBranch(agent, job);
      break;
    case 'follow':
      collectVisits(agent, job.places, { limit: FOLLOW_BATCH, asks: true });
      if (job.exceptions) followExceptions(agent, job.exceptions);
      collectOutput(agent);
      reportWaiting(agent);
      break;
    case 'followWrites':
      collectWrites(agent, job.question, { live: true });
      reportWaiting(agent);
      break;
    case 'index':
      collectVisits(agent, job.places);
      collectOutput(agent);
      if (job.checkpoints && agent.libc) leaveCheckpoints(agent, agent.libc, job.checkpoints);
  }
}

/** Visits that are told together when somebody waits for them. */
const FOLLOW_BATCH = 50;
/** Waits between two signs of life: one that fails tells that the engine has gone. */
const SIGN_OF_LIFE = 50;

function reportWaiting(agent: Agent): void {
  let told = -1;
  let silent = 0;
  agent.onWait(() => {
    const point = agent.points.now;
    if (point === told && ++silent < SIGN_OF_LIFE) return;
    told = point;
    silent = 0;
    try {
      agent.channel.send({ event: 'waiting', point });
    } catch {
      agent.exit(0);
    }
  });
}

/** One more, near the point that is gone to: the next steps start from it. */
function leaveCheckpointAt(agent: Agent, point: number): void {
  agent.points.visitAt(point, () => {
    // Where every statement may stop, the program is too slow to begin a long way from.
    if (!agent.points.exact && agent.copy()) agent.park();
    return Number.POSITIVE_INFINITY;
  });
}

/**
 * Statements differ in cost, so the distance in statements follows the time that they took. How many are kept is bounded:
 * the engine gives up every second one when it is told of too many.
 */
function leaveCheckpoints(
  agent: Agent,
  libc: Libc,
  { everyMs: wanted, atMost, share = 0 }: CheckpointPlan,
  until = Number.POSITIVE_INFINITY,
): void {
  let least = wanted;
  let everyMs = least;
  let kernelBefore = 0;
  let left = 0;
  let distance = 5000;
  // Not the time of day: on a machine that has other work to do that would be a copy for each small step.
  let last = libc.processorTime();
  agent.points.visitAt(agent.points.now + distance, () => {
    if (agent.points.now >= until) agent.exit(0);
    const used = libc.processorTime();
    const elapsed = used.whole - last.whole;
    if (elapsed < everyMs * 0.7) {
      distance = elapsed < everyMs * 0.35 ? distance * 2 : distance;
      return agent.points.now + Math.ceil(distance / 2);
    }
    if (elapsed > everyMs * 1.5 && distance > 1000) distance = Math.ceil(distance / 2);
    // A copy costs the kernel's time: at once, and each time that the original writes a page for the first time since.
    // What the program itself asks of the kernel is answered from the recording; but when it loads much at once, its
    // heap grows, which says nothing about copies.
    const kernel = used.kernel - last.kernel;
    everyMs = Math.max(least, Math.min(kernel, kernelBefore) * share);
    kernelBefore = kernel;
    last = used;
    if (agent.copy()) {
      agent.park();
      return Number.POSITIVE_INFINITY;
    }
    if (++left > atMost) {
      left = Math.ceil(left / 2);
      least *= 2;
    }
    return agent.points.now + distance;
  });
}
