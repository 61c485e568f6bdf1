import type { Agent } from './agent.ts';
import { innermost } from './calls.ts';
import type { SampledTime } from './jobs.ts';

/** Microseconds between two samples. */
const INTERVAL = 100;
/** A process that other ones keep from running is not computing: longer gaps count as this many intervals. */
const LONGEST_GAP = 20;

interface V8Node {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number };
  children?: number[];
}

interface V8Profile {
  nodes: V8Node[];
  samples: number[];
  timeDeltas: number[];
}

/**
 * Has V8 sample the stack while the range is replayed. JavaScript costs there what it did in the recorded run, but for
 * the probes; what natives did outside is answered from the recording, so it costs nothing here.
 */
export function collectProfile(agent: Agent, { from, to }: { from: number; to: number }): void {
  const { points, pause } = agent;
  let running = false;
  const tell = () => {
    const profile = running ? (pause.call('Profiler.stop') as { profile: V8Profile }).profile : undefined;
    agent.channel.send({
      event: 'profile',
      ...(profile ? sumUp(agent, profile) : { functions: [], samples: 0, outside: 0 }),
    });
    agent.channel.send({ event: 'end', point: points.now });
    agent.exit(0);
  };
  const begin = () => {
    running = true;
    points.outsideTime(() => {
      pause.call('Profiler.enable');
      pause.call('Profiler.setSamplingInterval', { interval: INTERVAL });
      pause.call('Profiler.start');
    });
    return Math.max(points.now, to) + 1;
  };
  points.visitAt(Math.max(from, points.now + 1), () => (running ? (tell() as never) : begin()));
  agent.atEnd = tell;
}

/** By function of the program: Node's own functions and natives count to the one that called them. */
function sumUp(agent: Agent, { nodes, samples, timeDeltas }: V8Profile): SampledTime {
  const functionOf = functionFinder(agent);
  const parents = new Map<number, V8Node>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  /** The functions of the program on the stack of a node, innermost first, each once. */
  const stacks = new Map<number, Found[]>();
  for (const node of nodes) {
    const above = stacks.get(parents.get(node.id)?.id ?? -1) ?? [];
    const own = functionOf(node.callFrame);
    stacks.set(node.id, own ? [own, ...above.filter((one) => one !== own)] : above);
  }
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id));
  /** The work of replay itself is none of the program's. */
  const ours = new Set<number>();
  for (const { id, callFrame } of nodes) {
    const above = parents.get(id)?.id;
    if (agent.ownFiles.includes(callFrame.url) || (above !== undefined && ours.has(above))) ours.add(id);
  }
  let outside = 0;
  samples.forEach((id, index) => {
    if (idle.has(id)) return;
    const milliseconds = Math.min(Math.max(timeDeltas[index] ?? 0, 0), INTERVAL * LONGEST_GAP) / 1000;
    const stack = stacks.get(id) ?? [];
    if (ours.has(id)) return;
    if (!stack.length) outside += milliseconds;
    stack.forEach((one, depth) => {
      one.total += milliseconds;
      if (depth === 0) one.self += milliseconds;
    });
  });
  const found = new Set([...stacks.values()].flatMap(([own]) => own ?? []));
  return { functions: [...found].filter(({ total }) => total > 0), samples: samples.length, outside };
}

type Found = SampledTime['functions'][number];

/** Gives the function of the program in which a frame of V8's stands; the same one for the same function. */
function functionFinder(agent: Agent): (frame: V8Node['callFrame']) => Found | undefined {
  const found = new Map<string, Found>();
  return ({ url, lineNumber, columnNumber }) => {
    const script = agent.scripts.find(url);
    if (!script) return undefined;
    const { columns, functions } = script.instrumented;
    // V8 places a function where its parameters begin, and a file, which is one too, at its beginning.
    const offset = columns.originalOffset(Math.max(0, lineNumber), Math.max(0, columnNumber));
    const { start } = functions[offset === 0 ? 0 : innermost(functions, offset)]!;
    const key = `${start}:${script.path}`;
    const one = found.get(key) ?? { path: script.path, start, self: 0, total: 0 };
    found.set(key, one);
    return one;
  };
}
